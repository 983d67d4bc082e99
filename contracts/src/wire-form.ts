import { z } from 'zod';

/** Wire form of a value, as JSON Schema, where its zod schema does not say enough. */
export const onTheWire = z.registry<{ wire: Record<string, unknown> }>();
