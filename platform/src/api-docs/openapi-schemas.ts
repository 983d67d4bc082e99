/** zod as the JSON Schema of OpenAPI 3.1, with the shapes that have a name as components. */
import {
  agentSchema,
  deadLetterSchema,
  eventSchema,
  eventWithTextSchema,
  generationSchema,
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
import { adjust, type JsonSchema } from './json-schema.js';

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
  /** Schemas that were converted before: that of problems is in almost every answer, and took most of the time. */
  readonly #converted = { input: new Map<z.ZodType, JsonSchema>(), output: new Map<z.ZodType, JsonSchema>() };

  constructor() {
    for (const [id, schema] of Object.entries(NAMED)) this.#names.add(schema, { id });
  }

  /** JSON Schema of what clients send. */
  input(schema: z.ZodType): JsonSchema {
    return this.#convert(schema, 'input');
  }

  /** JSON Schema of what the server answers. Fields may be added to it, so it is not closed. */
  output(schema: z.ZodType): JsonSchema {
    return this.#convert(schema, 'output');
  }

  #convert(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const known = this.#converted[io].get(schema);
    if (known !== undefined) return known;
    const converted = z.toJSONSchema(schema, { io, metadata: this.#names, override: adjust });
    const text = JSON.stringify(converted).replaceAll('"#/$defs/', '"#/components/schemas/');
    const {
      $schema: _,
      $defs = {},
      ...rest
    } = JSON.parse(text) as JsonSchema & { $defs?: Record<string, JsonSchema> };
    for (const [name, { id: __, ...component }] of Object.entries($defs)) this.components[name] = component;
    this.#converted[io].set(schema, rest);
    return rest;
  }
}
