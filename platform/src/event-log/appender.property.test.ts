import fc from 'fast-check';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createTestDatabase, newEvent, printedSeed, silentLog } from '../testing/index.js';
import { type Appended, Appender, type NewEvent, verifyLog } from './index.js';

/** What one of two writers does: appends of some events each, at once or one after the other. */
const event = fc
  .record({
    taskId: fc.string({ minLength: 1, maxLength: 5, unit: 'grapheme' }),
    idempotencyKey: fc.option(fc.constantFrom('k1', 'k2', 'k3', 'k4'), { freq: 2 }),
    payload: fc.record({ n: fc.integer({ min: 0, max: 3 }) }),
  })
  .filter(({ taskId }) => !taskId.includes('\0'));
const writer = fc.record({
  clockOffset: fc.integer({ min: -10_000, max: 10_000 }),
  appends: fc.array(fc.array(event, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 12 }),
  oneByOne: fc.boolean(),
});

describe('any two appenders at once', () => {
  it('give gapless positions, monotone times, a valid chain, and each key one event', async () => {
    await fc.assert(
      fc.asyncProperty(writer, writer, async (first, second) => {
        const database = await createTestDatabase();
        try {
          const outcomes = await Promise.all(
            [first, second].map((plan) => write(database.connectionString, plan)),
          );
          const pool = database.pool();
          const { rows } = await pool.query(
            'SELECT position, recorded_at, task_id, project, idempotency_key FROM log.events ORDER BY position',
          );
          const stored = outcomes.flat().filter(({ result }) => result.outcome === 'stored');
          expect(rows.map((row) => row.position)).toEqual(rows.map((_, index) => index + 1));
          expect(stored).toHaveLength(rows.length);
          for (const { given, result } of stored)
            expect(rows[result.position - 1].task_id).toBe(given.taskId);
          const times = rows.map((row) => row.recorded_at);
          expect(times).toEqual([...times].sort());
          const keys = rows.flatMap((row) => (row.idempotency_key === null ? [] : [row.idempotency_key]));
          expect(new Set(keys).size).toBe(keys.length);
          const client = await pool.connect();
          expect(await verifyLog(client)).toEqual({ verified: rows.length });
          client.release();
        } finally {
          await database.drop();
        }
      }),
      { seed: printedSeed('two appenders'), numRuns: 25 },
    );
  }, 120_000);
});

type Plan = typeof writer extends fc.Arbitrary<infer Value> ? Value : never;

async function write(connectionString: string, plan: Plan): Promise<{ given: NewEvent; result: Appended }[]> {
  const appender = new Appender({
    connectionString,
    role: 'att_ingest',
    log: silentLog,
    metrics: new Registry(),
    now: () => Date.now() + plan.clockOffset,
  });
  const all: { given: NewEvent; result: Appended }[] = [];
  const append = async (events: Plan['appends'][number]) => {
    const given = events.map((fields) => newEvent(fields));
    const results = await appender.append(given);
    for (const [index, result] of results.entries()) all.push({ given: given[index] as NewEvent, result });
  };
  if (plan.oneByOne) for (const events of plan.appends) await append(events);
  else await Promise.all(plan.appends.map(append));
  await appender.close();
  return all;
}
