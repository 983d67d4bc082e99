/** Additions to the JSON Schema that zod makes: what zod leaves out, or says otherwise than our documents want it. */
import { onTheWire } from '@att/contracts';
import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/** An `override` of `z.toJSONSchema`. */
export function adjust({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: JsonSchema;
}): void {
  const description = z.globalRegistry.get(zodSchema)?.description;
  const wire = onTheWire.get(zodSchema)?.wire;
  if (wire !== undefined) {
    for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
    Object.assign(jsonSchema, wire);
  }
  if (description !== undefined) jsonSchema.description = description;
  // zod leaves it out where the text is made into something else, such as a number.
  if (zodSchema._zod.def.type === 'default') jsonSchema.default = zodSchema._zod.def.defaultValue;
  const isOpen = zodSchema._zod.def.type === 'object' && zodSchema._zod.def.catchall === undefined;
  if (isOpen) delete jsonSchema.additionalProperties;
}

/** AsyncAPI's own form of a schema: JSON Schema draft 7 and more. */
export function draft7(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-7', override: adjust });
  return rest;
}
