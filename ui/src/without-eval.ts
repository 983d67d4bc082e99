/**
 * Turns off the compiler of zod. It probes for `eval` when a schema is made, which the content security policy refuses and
 * reports; so this module is imported before any that makes a schema.
 */
import { config } from 'zod';

config({ jitless: true });
