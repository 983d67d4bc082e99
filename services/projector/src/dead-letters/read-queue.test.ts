/** Reads of a long log by a retry. */
import { createTestDatabase, type TestDatabase } from '@att/platform/testing';
import type { Pool, QueryConfig } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StoredDeadLetter } from './dead-letter-statements.js';
import { readQueue } from './read-queue.js';

/** Events in the log; all but each 50,000th are of other tasks. */
const EVENTS = 200_000;
const RARE = 50_000;

let database: TestDatabase;
const deadLetter = { project: 'project', task_id: 'rare', position: RARE } as const;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool().query(`
    INSERT INTO log.events (position, event_id, type, project, task_id, agent, recorded_at, actor, data_hash, hash)
    SELECT n, gen_random_uuid(), 'task.progressed', 'project', CASE n % ${RARE} WHEN 0 THEN 'rare' ELSE 'busy' END,
           'agent', now(), 'test', zeros, zeros
    FROM generate_series(1, ${EVENTS}) n, decode(repeat('00', 32), 'hex') AS zeros;
    ANALYZE log.events;
    INSERT INTO projection.generations (projection, version, state) VALUES ('tasks', 1, 'active');
    INSERT INTO projection.dead_letters (generation, project, task_id, position, error_name, error_message, queued)
    SELECT id, 'project', 'rare', ${RARE}, 'Error', '', 3 FROM projection.generations;
    INSERT INTO projection.queued_events SELECT id, n * ${RARE} FROM projection.dead_letters, generate_series(2, 4) n`);
});
afterAll(() => database.drop());

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

/** A pool that notes what its statements read of the log: how, and how many rows. */
function watched(pool: Pool) {
  const reads: { by: string; rows: number }[] = [];
  const note = ({ Plans = [], ...plan }: Plan) => {
    if (plan['Relation Name'] === 'events') {
      const rows = plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0);
      reads.push({ by: plan['Node Type'], rows });
    }
    Plans.forEach(note);
  };
  const query = async ({ text, values }: QueryConfig) => {
    const { rows } = await pool.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
    note(JSON.parse(rows[0]['QUERY PLAN'])[0].Plan);
    return pool.query({ text, values } as QueryConfig);
  };
  return { pool: { query } as unknown as Pool, reads };
}

it('is what waits, and nothing else of the log', async () => {
  const { pool, reads } = watched(database.pool());
  const queue = await readQueue(
    pool,
    { ...deadLetter, id: 1, queued: 3, listed: 3 } satisfies StoredDeadLetter,
    EVENTS + 1,
  );
  expect(queue.map(({ position }) => position)).toEqual([1, 2, 3, 4].map((n) => n * RARE));
  expect(reads.map(({ by }) => by)).not.toContain('Seq Scan');
  expect(reads.reduce((sum, { rows }) => sum + rows, 0)).toBe(4);
});

it('is bounded in each statement where a release before has only counted what waits', async () => {
  const { pool, reads } = watched(database.pool());
  const queue = await readQueue(
    pool,
    { ...deadLetter, id: 1, queued: 3, listed: 1 } satisfies StoredDeadLetter,
    EVENTS + 1,
  );
  expect(queue.map(({ position }) => position)).toEqual([1, 2, 3, 4].map((n) => n * RARE));
  expect(reads.map(({ by }) => by)).not.toContain('Seq Scan');
  expect(Math.max(...reads.map(({ rows }) => rows))).toBeLessThanOrEqual(RARE);
});
