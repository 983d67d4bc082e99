/**
 * The yardstick of the batch route: the same rows into a table with the log's columns, key and durability;
 * no chain, no head, no triggers. Either as anybody would write it, with pg's own arrays, or with every
 * column encoded beforehand in the product's own binary form, which leaves PostgreSQL's work alone.
 */
import {
  hexByteaArray,
  int8Array,
  jsonArray,
  textArray,
  timestampArray,
  uuidBytesArray,
} from '@att/platform/postgres';
import pg from 'pg';
import { BATCH, inBatches } from '../load/batches.js';
import { fleetReports, type Report } from '../load/requests.js';

export interface RawPlan {
  connectionString: string;
  /** Milliseconds. */
  duration: number;
  columns: 'pg arrays' | 'encoded beforehand';
}

const INSERT = `
  INSERT INTO raw_events
  SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::uuid[], $5::text[], $6::text[],
                       $7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[], $12::bytea[], $13::bytea[],
                       $14::json[])`;

const plan: RawPlan = await new Promise((resolve) => process.once('message', resolve));
const client = new pg.Client(plan.connectionString);
await client.connect();
await client.query(`
  CREATE TABLE IF NOT EXISTS raw_events (
    position bigint PRIMARY KEY, recorded_at timestamptz NOT NULL, occurred_at timestamptz, event_id uuid NOT NULL,
    type text NOT NULL, project text, task_id text, agent text, actor text NOT NULL, idempotency_key text,
    data_hash bytea NOT NULL, hash bytea NOT NULL, salt bytea, data json)`);
const { rows } = await client.query('SELECT coalesce(max(position), 0) AS position FROM raw_events');
let position = Number(rows[0].position);

const batches = inBatches(fleetReports(2_000, 'raw')).map(plan.columns === 'pg arrays' ? asArrays : encode);
const startedAt = performance.now();
let done = 0;
while (performance.now() - startedAt < plan.duration) {
  const columns = batches[done % batches.length] as unknown[];
  const first = position + 1;
  position += BATCH;
  const numbers = Array.from({ length: BATCH }, (_, index) => first + index);
  const positions = plan.columns === 'pg arrays' ? numbers : int8Array(numbers);
  await client.query({ name: 'raw', text: INSERT, values: [positions, ...columns] });
  done += 1;
}
process.send?.({ rate: (done * BATCH) / ((performance.now() - startedAt) / 1000) });
await client.end();
process.disconnect();

/** Every column but the position. */
function encode(reports: readonly Report[]): Buffer[] {
  const bodies = reports.map(({ body }) => JSON.parse(body) as Record<string, string>);
  const all = <T>(value: T) => reports.map(() => value);
  const text = (field: string) => textArray(bodies.map((body) => body[field] ?? null));
  return [
    timestampArray(all(Date.now())),
    timestampArray(all(null)),
    uuidBytesArray(all(Buffer.alloc(16, 7))),
    textArray(all('task.progressed')),
    text('project'),
    text('task_id'),
    text('agent'),
    textArray(all('bench')),
    textArray(all(null)),
    hexByteaArray(all('07'.repeat(32)), 32),
    hexByteaArray(all('07'.repeat(32)), 32),
    hexByteaArray(all('07'.repeat(16)), 16),
    jsonArray(reports.map(({ body }) => body)),
  ];
}

function asArrays(reports: readonly Report[]): unknown[] {
  const bodies = reports.map(({ body }) => JSON.parse(body) as Record<string, string>);
  const all = <T>(value: T) => reports.map(() => value);
  const text = (field: string) => bodies.map((body) => body[field] ?? null);
  return [
    all(new Date()),
    all(null),
    all('07070707-0707-0707-0707-070707070707'),
    all('task.progressed'),
    text('project'),
    text('task_id'),
    text('agent'),
    all('bench'),
    all(null),
    all(Buffer.alloc(32, 7)),
    all(Buffer.alloc(32, 7)),
    all(Buffer.alloc(16, 7)),
    reports.map(({ body }) => body),
  ];
}
