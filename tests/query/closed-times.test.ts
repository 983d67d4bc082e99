/** An answer as of a time that may be kept never changes, whatever is on its way meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { appendWithin } from '@att/platform/event-log';
import { newEvent, printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, createQueryWorld, type QueryWorld } from './support/query-world.js';

let world: QueryWorld;

beforeAll(async () => {
  world = await createQueryWorld();
});

afterAll(() => world.close());

/** Plans an event now, and commits it only after a while. */
async function appendSlowly(planned: number, held: Promise<unknown>): Promise<void> {
  const client = await world.sql.connect();
  try {
    await client.query('BEGIN');
    await appendWithin(client, undefined, [newEvent()], new Date(planned).toISOString());
    await held;
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

const asOf = (time: number) => world.get(`/api/events?limit=1&as_of=${new Date(time).toISOString()}`);
const mayBeKept = ({ headers }: Answer) => headers.get('etag') !== null;

it('answers the same for a time for ever, once that is closed', async () => {
  const kept: { time: number; position: string | null }[] = [];
  let isOver = false;
  let open = 0;
  const reading = (async () => {
    while (!isOver) {
      const time = Date.now() - Math.floor(Math.random() * 400);
      const answer = await asOf(time);
      if (mayBeKept(answer)) kept.push({ time, position: answer.headers.get('x-position') });
      else {
        open += 1;
        expect(answer.headers.get('cache-control')).toBe('no-store');
      }
    }
  })();
  reading.catch(() => {
    isOver = true;
  });
  const step = fc.record({ hold: fc.integer({ min: 0, max: 150 }), pause: fc.integer({ min: 0, max: 60 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
      for (const { hold, pause } of steps) {
        await appendSlowly(Date.now(), sleep(hold));
        await sleep(pause);
      }
    }),
    { seed: printedSeed('closed times'), numRuns: 6 },
  );
  // Until some were kept and some were not, however few a busy machine has read.
  while (!isOver && (kept.length === 0 || open === 0)) await appendSlowly(Date.now(), sleep(50));
  isOver = true;
  await reading;
  for (const { time, position } of kept) expect((await asOf(time)).headers.get('x-position')).toBe(position);
});

it('does not close a quiet time while a batch that was planned before it is in flight', async () => {
  await appendSlowly(Date.now(), Promise.resolve());
  let commit = () => {};
  const held = new Promise<void>((resolve) => {
    commit = resolve;
  });
  const appending = appendSlowly(Date.now(), held);
  await sleep(100);
  const time = Date.now();
  const during = await asOf(time);
  expect(mayBeKept(during)).toBe(false);
  // Nothing new could be given that time any more, but the batch is still to be seen.
  await sleep(11_000);
  expect(mayBeKept(await asOf(time))).toBe(false);
  commit();
  await appending;
  const after = await asOf(time);
  expect(mayBeKept(after)).toBe(true);
  expect(Number(after.headers.get('x-position'))).toBe(Number(during.headers.get('x-position')) + 1);
});
