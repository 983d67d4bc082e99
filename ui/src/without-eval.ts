/**
 * zod compiles its schemas where it may, and probes for `eval` as they are made, which the content
 * security policy refuses and reports. So this comes before anything that makes a schema.
 */
import { config } from 'zod';

config({ jitless: true });
