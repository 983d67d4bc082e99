import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createDatabaseProxy,
  createTestAppender,
  createTestDatabase,
  newEvent,
  printedSeed,
  type TcpProxy,
  type TestDatabase,
  throughProxy,
} from '../testing/index.js';
import { type AppendError, type Appended, type NewEvent, verifyLog } from './index.js';

/** Steps of one of two writers: appends of some events each, at once, one after the other, or as turns of the event loop pass. */
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
  pace: fc.constantFrom('at once', 'one by one', 'turn by turn'),
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
          const rows = await provenLog(database);
          const stored = outcomes.flat().filter(({ result }) => result?.outcome === 'stored');
          expect(stored).toHaveLength(rows.length);
          for (const { given, result } of stored)
            expect(rows[(result?.position ?? 0) - 1]?.task_id).toBe(given.taskId);
        } finally {
          await database.drop();
        }
      }),
      { seed: printedSeed('two appenders'), numRuns: 25 },
    );
  });
});

/** Accident on the line to the database, after so many milliseconds more. */
const accident = fc.record({
  after: fc.integer({ min: 0, max: 12 }),
  kind: fc.constantFrom('cut', 'lose an answer', 'delay a statement', 'another writer'),
});

describe('any appender on a line that breaks', () => {
  it('acknowledges what is in the log once, at its position, and refuses what is not', async () => {
    await fc.assert(
      fc.asyncProperty(writer, fc.array(accident, { maxLength: 8 }), async (plan, accidents) => {
        const database = await createTestDatabase();
        const proxy = await createDatabaseProxy(database.connectionString);
        try {
          const end = new AbortController();
          const breaking = breakLine(proxy, database, accidents, end.signal);
          const written = await write(throughProxy(database.connectionString, proxy), plan);
          end.abort();
          await breaking;
          const rows = await provenLog(database);
          for (const { given, result, code } of written) {
            const marked = rows.filter((row) => row.actor === given.actor);
            if (result === undefined) expect(code).toBe('database_unavailable');
            if (result?.outcome === 'stored') expect(marked).toEqual([rows[result.position - 1]]);
            else expect(marked).toEqual([]);
            if (result !== undefined && result.outcome !== 'stored')
              expect(rows[result.position - 1]?.idempotency_key).toBe(given.idempotencyKey);
          }
        } finally {
          await proxy.close();
          await database.drop();
        }
      }),
      { seed: printedSeed('a line that breaks'), numRuns: 25 },
    );
  });
});

async function breakLine(
  proxy: TcpProxy,
  database: TestDatabase,
  accidents: { after: number; kind: string }[],
  end: AbortSignal,
): Promise<void> {
  const other = createTestAppender(database.connectionString);
  const late: (() => void)[] = [];
  // Delivery goes on during later accidents: a delayed statement may be in the middle of a transaction that holds the head.
  const delivery = setInterval(() => {
    for (const deliver of late) deliver();
  }, 20);
  for (const { after, kind } of accidents) {
    await sleep(after);
    if (kind === 'cut') proxy.cut();
    if (kind === 'lose an answer') proxy.loseNextAnswer();
    if (kind === 'delay a statement') late.push(proxy.delayNextStatement());
    if (kind === 'another writer')
      await other.append([newEvent({ idempotencyKey: 'k1', payload: { n: 1 } })]);
  }
  while (!end.aborted) await sleep(20);
  clearInterval(delivery);
  await other.close();
}

interface Row {
  position: number;
  recorded_at: string;
  task_id: string;
  actor: string;
  idempotency_key: string | null;
}

/** The log, which is gapless, in the order of its times, verified, and has every key once. */
async function provenLog(database: TestDatabase): Promise<Row[]> {
  const client = await database.pool().connect();
  try {
    const { rows } = await client.query<Row>(
      'SELECT position, recorded_at, task_id, actor, idempotency_key FROM log.events ORDER BY position',
    );
    expect(rows.map((row) => row.position)).toEqual(rows.map((_, index) => index + 1));
    const times = rows.map((row) => row.recorded_at);
    expect(times).toEqual([...times].sort());
    const keys = rows.flatMap((row) => (row.idempotency_key === null ? [] : [row.idempotency_key]));
    expect(new Set(keys).size).toBe(keys.length);
    expect(await verifyLog(client)).toMatchObject({ verified: rows.length, breaks: [] });
    return rows;
  } finally {
    client.release();
  }
}

type Plan = typeof writer extends fc.Arbitrary<infer Value> ? Value : never;

interface Written {
  given: NewEvent;
  /** Undefined when it was refused. */
  result: Appended | undefined;
  code?: AppendError['code'];
}

async function write(connectionString: string, plan: Plan): Promise<Written[]> {
  const appender = createTestAppender(connectionString, { now: () => Date.now() + plan.clockOffset });
  const all: Written[] = [];
  const append = async (events: Plan['appends'][number], call: number) => {
    const given = events.map((fields, index) => newEvent({ ...fields, actor: `${call}-${index}` }));
    try {
      const results = await appender.append(given);
      for (const [index, event] of given.entries()) all.push({ given: event, result: results[index] });
    } catch (error) {
      for (const event of given)
        all.push({ given: event, result: undefined, code: (error as AppendError).code });
    }
  };
  const calls: Promise<void>[] = [];
  for (const [index, events] of plan.appends.entries()) {
    const call = append(events, index);
    calls.push(call);
    if (plan.pace === 'one by one') await call;
    // A batch each, or nearly: the next follows before the one before is answered.
    if (plan.pace === 'turn by turn') await new Promise(setImmediate);
  }
  await Promise.all(calls);
  await appender.close();
  return all;
}
