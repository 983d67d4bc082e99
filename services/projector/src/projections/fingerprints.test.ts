/** Fingerprints of the projections: no release may write other tables, or other rows, under a version that is known already. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { LogEvent } from '@att/platform/event-log';
import type { ProjectionName } from '@att/platform/projections';
import { createTestDatabase, type TestDatabase } from '@att/platform/testing';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tablesOf } from '../generations/tables-of.js';
import { deliver, store } from '../testing/deliver.js';
import { readTables } from '../testing/tables-of-fold.js';
import { PROJECTIONS } from './index.js';

interface Fingerprint {
  /** Columns, keys and indexes, as PostgreSQL knows them. */
  tables: string;
  /** Rows that a fixed log makes. */
  rows: string;
}

/** Fingerprints by projection and version, such as `tasks 12`. */
type Known = Partial<Record<string, Fingerprint>>;

const FILE = new URL('fingerprints.json', import.meta.url);

const EVENTS = 9_000;
const STEPS = ['task.started', 'task.progressed', 'task.progressed', 'task.finished', 'task.failed'] as const;
const WORDS = ['running', 'waiting', 'completed', 'cancelled'] as const;

/** Log that never changes: every field of a report is in it, and every table has rows of it. */
const log = Array.from({ length: EVENTS }, (_, index): LogEvent => {
  const task = (index * 7) % 1_500;
  const recordedAt = Date.UTC(2026, 0, 1) + index * 1_700;
  return {
    position: index + 1,
    event_id: '01900000-0000-7000-8000-000000000000',
    type: STEPS[(index >> 3) % STEPS.length] as string,
    project: `project-${task % 7}`,
    task_id: `task-${task}`,
    agent: index % 11 === 0 ? null : `agent-${(task + (index >> 6)) % 5}`,
    occurred_at: index % 4 === 0 ? new Date(recordedAt - (index % 13) * 1_000).toISOString() : null,
    recorded_at: new Date(recordedAt).toISOString(),
    actor: 'test',
    data_text: JSON.stringify({
      task: `Задача ${task} ${index % 3 === 0 ? 'again' : ''}`,
      status: WORDS[index % WORDS.length],
      progress: index % 101,
      message: `Step ${index % 40}`,
      metadata: { [`key-${index % 3}`]: index % 5 },
      ...(index % 2 === 0 ? { duration_seconds: (index % 17) / 10 } : {}),
      ...(index % 5 === 0 ? { result: { files: [task] }, error_type: 'Error', error_message: 'broken' } : {}),
    }),
  };
});

let database: TestDatabase;
let known: Known;
let generations: Record<string, number>;

beforeAll(async () => {
  known = JSON.parse(await readFile(FILE, 'utf8'));
  database = await createTestDatabase();
  await store(database.pool(), log);
  await deliver(database.pool('att_projector'), log, [{ size: EVENTS, crash: 'no' }], PROJECTIONS);
  const { rows } = await database.pool().query('SELECT projection, id FROM projection.generations');
  generations = Object.fromEntries(rows.map(({ projection, id }) => [projection, id]));
});
afterAll(() => database.drop());

describe.each(PROJECTIONS.map(({ name, version }) => ({ name, version })))('$name', ({ name, version }) => {
  it('has a new version where its tables or its fold changed', async () => {
    const found = await fingerprintOf(database.pool(), generations[name] as number);
    expect(known[`${name} ${version}`], adviceOn(name, version, found)).toEqual(found);
  });
});

function adviceOn(name: ProjectionName, version: number, found: Fingerprint): string {
  const line = `"${name} ${version}": { "tables": "${found.tables}", "rows": "${found.rows}" }`;
  return known[`${name} ${version}`] === undefined
    ? `${name} has the new version ${version}: add ${line} to fingerprints.json beside this test`
    : `The tables of ${name}, or the rows that its fold makes, are not those of version ${version}. Databases in use have these, ` +
        `and are built anew for another version alone: raise PROJECTION_VERSIONS.${name} in platform/src/projections`;
}

async function fingerprintOf(pool: Pool, generation: number): Promise<Fingerprint> {
  const [tables, rows] = [await describeTables(pool, generation), await readTables(pool, generation)];
  const sorted = Object.entries(rows).map(([table, lines]) => [table, lines.toSorted()]);
  return { tables: hashOf(tables), rows: hashOf(sorted) };
}

const hashOf = (value: unknown) =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/** Columns, options and indexes of each table. Names are without the generation, and without schemas that a search path may spare. */
async function describeTables(pool: Pool, generation: number): Promise<string[]> {
  const names = await tablesOf(pool, generation);
  const { rows } = await pool.query<{ line: string }>(
    `SELECT concat_ws(' ', t.name, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
                      CASE WHEN a.attnotnull THEN 'NOT NULL' END, l.collname) AS line
     FROM unnest($1::text[]) AS t (name)
     JOIN pg_attribute a ON a.attrelid = format('projection.%I', t.name || $2)::regclass AND a.attnum > 0
     LEFT JOIN pg_collation l ON l.oid = a.attcollation
     UNION ALL
     SELECT concat_ws(' ', t.name, c.reloptions::text)
     FROM unnest($1::text[]) AS t (name) JOIN pg_class c ON c.oid = format('projection.%I', t.name || $2)::regclass
     UNION ALL
     SELECT pg_get_indexdef(i.indexrelid)
     FROM unnest($1::text[]) AS t (name) JOIN pg_index i ON i.indrelid = format('projection.%I', t.name || $2)::regclass`,
    [names, `_g${generation}`],
  );
  return rows
    .map(({ line }) => line.replaceAll(/_g\d+/g, '').replaceAll(/\w+\.(?=gin_trgm_ops)/g, ''))
    .sort();
}
