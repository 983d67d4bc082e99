/** Projections and their generations, as operators see them. */
import { z } from 'zod';
import { position } from './events.js';
import { wireTime } from './time.js';

const count = z.int().nonnegative();

export const GENERATION_STATES = ['building', 'ready', 'active', 'retired', 'failed', 'cancelled'] as const;
export const generationState = z.enum(GENERATION_STATES);
export type GenerationState = z.infer<typeof generationState>;

/** Findings of a comparison, made when a build has reached the active generation's position, before the switch. */
export const comparisonSchema = z.object({
  /** The generation that it was compared with, and the position at which both stood. */
  with: z.int().min(1),
  position,
  equal: z.boolean(),
  tables: z.array(
    z.object({
      table: z.string(),
      rows: count,
      active_rows: count,
      checksum: z.string(),
      active_checksum: z.string(),
      /** Rows that only one of the two has, or that differ; null where the checksums say enough. */
      differing_rows: count.nullable(),
    }),
  ),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** A build of a projection, with tables and a checkpoint of its own. */
export const generationSchema = z.object({
  id: z.int().min(1),
  projection: z.string(),
  /** Version of the projection's code that builds it. */
  version: z.int().min(1),
  state: generationState,
  position,
  /** Events a second, lately; null when it does not build. */
  rate: z.number().nonnegative().nullable(),
  eta_seconds: z.number().nonnegative().nullable(),
  /** The time that `eta_seconds` comes to. */
  expected_at: wireTime.nullable().optional(),
  started_at: wireTime,
  /** When it was ready, failed or was cancelled. */
  finished_at: wireTime.nullable(),
  /** True where the build waits as `ready` for its switch. */
  hold: z.boolean().optional(),
  /** True where the build is compared, reported and dropped. */
  dry_run: z.boolean().optional(),
  comparison: comparisonSchema.nullable().optional(),
  error: z.string().nullable().optional(),
});
export type Generation = z.infer<typeof generationSchema>;

export const projectionSchema = z.object({
  name: z.string(),
  version: z.int().min(1),
  /** Position of the active generation. */
  position,
  head: position,
  lag_events: count,
  lag_seconds: z.number().nonnegative(),
  state: z.enum(['live', 'paused', 'failed']),
  /** Number of tasks that are blocked because one of their events could not be applied. */
  dead_letters: count,
  generations: z.array(generationSchema),
});
export type Projection = z.infer<typeof projectionSchema>;

const NO_OBJECT = 'must be an object';

/** How a rebuild ends; without either it switches by itself. */
export const rebuildBody = z
  .strictObject(
    {
      /** Waits as `ready` for a switch. */
      hold: z.boolean('must be true or false').optional(),
      /** Builds, compares, reports and drops. */
      dry_run: z.boolean('must be true or false').optional(),
    },
    NO_OBJECT,
  )
  .refine(({ hold, dry_run }) => !(hold === true && dry_run === true), {
    path: ['hold'],
    message: 'cannot be true together with dry_run, which drops what it built',
  });
export type RebuildOptions = z.infer<typeof rebuildBody>;

export const dropBody = z.strictObject(
  {
    /** Absent: the retired one that is kept for rollback. */
    generation: z.int('must be the id of a generation').min(1, 'must be the id of a generation').optional(),
  },
  NO_OBJECT,
);

/** Body of a command that has no options. */
export const noOptions = z.strictObject({}, NO_OBJECT);
