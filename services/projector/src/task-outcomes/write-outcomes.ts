import { float8Array, textArray, timestampArray } from '@att/platform/postgres';
import type { ClientBase } from 'pg';
import { millisOf } from '../millis-of.js';
import type { TaskOutcome } from './task-outcome.js';

export async function writeOutcomes(
  client: ClientBase,
  table: string,
  outcomes: readonly TaskOutcome[],
): Promise<void> {
  await client.query({
    name: `write-${table}`,
    text: `
      INSERT INTO ${table} (project, task_id, agent, status, started_at, finished_at, duration_seconds)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[],
                           $5::timestamptz[], $6::timestamptz[], $7::float8[])
      ON CONFLICT (project, task_id) DO UPDATE SET
        agent = excluded.agent, status = excluded.status, started_at = excluded.started_at,
        finished_at = excluded.finished_at, duration_seconds = excluded.duration_seconds`,
    values: [
      textArray(outcomes.map((outcome) => outcome.project)),
      textArray(outcomes.map((outcome) => outcome.task_id)),
      textArray(outcomes.map((outcome) => outcome.agent)),
      textArray(outcomes.map((outcome) => outcome.status)),
      timestampArray(outcomes.map((outcome) => millisOf(outcome.started_at))),
      timestampArray(outcomes.map((outcome) => millisOf(outcome.finished_at))),
      float8Array(outcomes.map((outcome) => outcome.duration_seconds)),
    ],
  });
}
