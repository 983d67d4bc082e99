/**
 * What becomes of projections, as events of the log. They belong to no project and no task: who did it is
 * the event's `actor`, `system` where the projector itself did.
 */
import { z } from 'zod';
import { deadLetterSchema } from './dead-letter.js';
import { TASK_EVENT_TYPES } from './events.js';
import { generationSchema, rebuildBody } from './projection.js';

/** Of a generation: `generationActSchema` is what they say. */
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

/** Of a dead letter: `deadLetterActSchema` is what they say. */
export const DEAD_LETTER_EVENT_TYPES = ['dead_letter.retried', 'dead_letter.skipped'] as const;
export type DeadLetterEventType = (typeof DEAD_LETTER_EVENT_TYPES)[number];

/** Types of events about the log as a whole: `clockActSchema` is what they say. */
export const CLOCK_EVENT_TYPES = ['clock.accepted'] as const;

/** Every type that an event of the log can have. */
export const EVENT_TYPES = [
  ...TASK_EVENT_TYPES,
  ...GENERATION_EVENT_TYPES,
  ...DEAD_LETTER_EVENT_TYPES,
  ...CLOCK_EVENT_TYPES,
] as const;

export const generationActSchema = z.object({
  projection: z.string(),
  /** The one that is built, switched to, cancelled or dropped; of a pause, the one that stands still. */
  generation: generationSchema.shape.id,
  version: generationSchema.shape.version,
  /** How a rebuild that was asked for is to end. */
  ...rebuildBody.shape,
  error: z.string().optional(),
});
export type GenerationAct = z.infer<typeof generationActSchema>;

/** Names the letter as it was when the act was decided on. */
export const deadLetterActSchema = deadLetterSchema
  .pick({ projection: true, generation: true, project: true, task_id: true, position: true })
  .extend({ dead_letter: deadLetterSchema.shape.id });
export type DeadLetterAct = z.infer<typeof deadLetterActSchema>;

/** Recorded times ahead of the database's clock are accepted up to this one. */
export const clockActSchema = z.object({ until: z.iso.datetime() });
export type ClockAct = z.infer<typeof clockActSchema>;
