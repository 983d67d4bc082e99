/** zod as the JSON Schema of OpenAPI 3.1, with the shapes that have a name as components. */
import {
  agentSchema,
  deadLetterSchema,
  eventSchema,
  eventWithTextSchema,
  generationSchema,
  onTheWire,
  problemSchema,
  projectionSchema,
  projectSchema,
  seriesBucketSchema,
  statsSchema,
  taskSchema,
  taskSummarySchema,
  webhookAnswer,
} from '@att/contracts';
import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

const NAMED = {
  Agent: agentSchema,
  DeadLetter: deadLetterSchema,
  Event: eventSchema,
  EventWithText: eventWithTextSchema,
  Generation: generationSchema,
  Problem: problemSchema,
  Project: projectSchema,
  Projection: projectionSchema,
  SeriesBucket: seriesBucketSchema,
  Stats: statsSchema,
  Task: taskSchema,
  TaskSummary: taskSummarySchema,
  WebhookAnswer: webhookAnswer,
} satisfies Record<string, z.ZodType>;

/** Turns schemas into JSON Schema, and keeps the named ones that they mention. */
export class OpenApiSchemas {
  readonly components: Record<string, JsonSchema> = {};
  readonly #names = z.registry<{ id: string }>();

  constructor() {
    for (const [id, schema] of Object.entries(NAMED)) this.#names.add(schema, { id });
  }

  /** What is sent to us. */
  input(schema: z.ZodType): JsonSchema {
    return this.#convert(schema, 'input');
  }

  /** What we answer. Fields may be added to it, so it is not closed. */
  output(schema: z.ZodType): JsonSchema {
    return this.#convert(schema, 'output');
  }

  #convert(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const converted = z.toJSONSchema(schema, { io, metadata: this.#names, override: adjust });
    const text = JSON.stringify(converted).replaceAll('"#/$defs/', '"#/components/schemas/');
    const {
      $schema: _,
      $defs = {},
      ...rest
    } = JSON.parse(text) as JsonSchema & { $defs?: Record<string, JsonSchema> };
    for (const [name, { id: __, ...component }] of Object.entries($defs)) this.components[name] = component;
    return rest;
  }
}

function adjust({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }): void {
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
