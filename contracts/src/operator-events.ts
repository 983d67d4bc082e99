/**
 * Events of operators' commands, and of what the projector does to projections by itself. They belong to no project and
 * no task. The event's `actor` is the operator, or `system` for the projector.
 */
import { z } from 'zod';
import { deadLetterSchema } from './dead-letter.js';
import { TASK_EVENT_TYPES } from './events.js';
import { generationSchema, rebuildBody } from './projection.js';

/** Types of events about a generation; their data is `generationEventDataSchema`. */
export const GENERATION_EVENT_TYPES = [
  'projection.rebuild_requested',
  'projection.rebuild_cancelled',
  'projection.rebuild_failed',
  'projection.switch_requested',
  'projection.switched',
  'projection.rollback_requested',
  'projection.drop_requested',
  'projection.paused',
  'projection.resumed',
] as const;
export type GenerationEventType = (typeof GENERATION_EVENT_TYPES)[number];

/** Types of events about a dead letter; their data is `deadLetterEventDataSchema`. */
export const DEAD_LETTER_EVENT_TYPES = ['dead_letter.retried', 'dead_letter.skipped'] as const;
export type DeadLetterEventType = (typeof DEAD_LETTER_EVENT_TYPES)[number];

/** Types of events about the log as a whole; their data is `clockEventDataSchema`. */
export const CLOCK_EVENT_TYPES = ['clock.accepted'] as const;

/** Every type that an event of the log can have. */
export const EVENT_TYPES = [
  ...TASK_EVENT_TYPES,
  ...GENERATION_EVENT_TYPES,
  ...DEAD_LETTER_EVENT_TYPES,
  ...CLOCK_EVENT_TYPES,
] as const;

export const generationEventDataSchema = z.object({
  projection: z.string(),
  /** Generation that is built, switched to, cancelled, dropped, paused or resumed. */
  generation: generationSchema.shape.id,
  version: generationSchema.shape.version,
  /** Options of a requested rebuild: how it is to end. */
  ...rebuildBody.shape,
  error: z.string().optional(),
});
export type GenerationEventData = z.infer<typeof generationEventDataSchema>;

/** The dead letter as it was when the command was given. */
export const deadLetterEventDataSchema = deadLetterSchema
  .pick({ projection: true, generation: true, project: true, task_id: true, position: true })
  .extend({ dead_letter: deadLetterSchema.shape.id });
export type DeadLetterEventData = z.infer<typeof deadLetterEventDataSchema>;

/** Limit up to which recorded times ahead of the database's clock are accepted. */
export const clockEventDataSchema = z.object({ until: z.iso.datetime() });
export type ClockEventData = z.infer<typeof clockEventDataSchema>;
