import { z } from 'zod';

/** What a value is on the wire, as JSON Schema, where its zod schema does not say enough. */
export const onTheWire = z.registry<{ wire: Record<string, unknown> }>();
