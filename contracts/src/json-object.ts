/** Objects whose keys senders choose: a key called `__proto__` is a key like any other. zod's own records and loose objects drop it. */
import { z } from 'zod';
import { onTheWire } from './wire-form.js';

export type JsonObject = Record<string, unknown>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Any JSON object, given back as it is. */
export const jsonObject = objectWhere(() => true, 'must be an object').register(onTheWire, {
  wire: { type: 'object', propertyNames: { type: 'string' }, additionalProperties: {} },
});

/** A number of each name. */
export const countsByName = objectWhere(
  (value) => Object.values(value).every((count) => Number.isSafeInteger(count) && (count as number) >= 0),
  'must hold a whole number for each name',
).register(onTheWire, {
  wire: {
    type: 'object',
    additionalProperties: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  },
}) as unknown as z.ZodType<Record<string, number>>;

function objectWhere(isFine: (value: JsonObject) => boolean, error: string) {
  return z
    .unknown()
    .refine((value) => isJsonObject(value) && isFine(value), { error }) as unknown as z.ZodType<JsonObject>;
}
