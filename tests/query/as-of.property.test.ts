/** Reads `as_of` any position or time equal the plain fold of the log up to there, and stay the same. */
import type { LogEvent } from '@att/platform/event-log';
import { erasePayload, printedSeed } from '@att/platform/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../support/random.js';
import { drawEvent } from '../support/random-history.js';
import { CONNECTIONS, expectAnswer, inParallel, pathOf, readLog } from './support/expect-answer.js';
import { type Answer, createQueryWorld, type QueryWorld } from './support/query-world.js';
import { drawReads } from './support/random-reads.js';

const LOGS = 2;
const EVENT_CHUNKS = 4;
const EVENTS_OF_CHUNK = 8;

let world: QueryWorld;
afterEach(() => world.close());

describe('as_of', () => {
  it('answers any read of any log, at any position and time, as the fold of the log up to there', async () => {
    const random = createRandom(printedSeed('as_of'));
    for (let turn = 0; turn < LOGS; turn++) {
      const clock = { now: Date.UTC(2026, 1, 27, 23, 58) };
      world = await createQueryWorld({ now: () => clock.now });
      /** Answers that must stay what they are, whatever comes after. */
      const kept = new Map<string, Kept>();
      let read = 0;
      for (let chunk = 0; chunk < EVENT_CHUNKS; chunk++) {
        await appendChunk(random, clock);
        const log = await readLog(world);
        world.startProjecting();
        await world.projected(log.length);
        for (let position = read; position <= log.length; position++) {
          await readAt(random, log, position, kept);
        }
        await readNow(random, log);
        read = log.length;
        await world.stopProjecting();
      }
      await inParallel([...kept], async ([path, answer]) => {
        expect(keptOf(await world.get(path)), path).toEqual(answer);
      });
      await rebuildWhileReading(kept);
      if (turn < LOGS - 1) await world.close();
    }
  });
});

/** Answers of the past stay the same while every read model is built anew, and when the new ones took over. */
async function rebuildWhileReading(kept: ReadonlyMap<string, Kept>): Promise<void> {
  world.startProjecting();
  // Tags differ, as they name the generation.
  const ask = async ([path, { content }]: [string, Kept]) => {
    expect(keptOf(await world.get(path)).content, path).toBe(content);
  };
  const answers = [...kept];
  let isBuilding = true;
  const rebuilding = world.rebuild().finally(() => {
    isBuilding = false;
  });
  for (let n = 0; isBuilding; n = (n + CONNECTIONS) % answers.length) {
    await inParallel(answers.slice(n, n + CONNECTIONS), ask);
  }
  await rebuilding;
  await inParallel(answers, ask);
}

/** Appends events one by one, and erases some before any projector has read them. */
async function appendChunk(random: Random, clock: { now: number }): Promise<void> {
  for (let count = 0; count < EVENTS_OF_CHUNK; count++) {
    const { event, pause, isErased } = drawEvent(random, clock.now);
    clock.now += pause;
    const position = await world.append(event);
    if (isErased) await erasePayload(world.sql, position);
  }
}

/** Reads `as_of` a position, and of a time that stands for it. */
async function readAt(
  random: Random,
  log: readonly LogEvent[],
  position: number,
  kept: Map<string, Kept>,
): Promise<void> {
  const past = log.slice(0, position);
  const reads = drawReads(
    random,
    past,
    log.map(({ recorded_at }) => recorded_at),
  );
  await inParallel(reads, async (read) => {
    const path = pathOf(read, { as_of: String(position) });
    const answer = await world.get(path);
    expectAnswer(read, path, answer, position);
    kept.set(path, keptOf(answer));
  });
  // A time stands for the last position recorded before it, or at it.
  const [here, next] = [log[position - 1]?.recorded_at, log[position]?.recorded_at];
  if (here === next) return;
  const times = [...(here === undefined ? [] : [here]), ...(next === undefined ? [] : [millisBefore(next)])];
  await inParallel(drawReads(random, past, times), async (read) => {
    const path = pathOf(read, { as_of: random.pick(times) });
    expectAnswer(read, path, await world.get(path), position);
  });
}

/** Reads without `as_of`, and `as_of` a time in the future. */
async function readNow(random: Random, log: readonly LogEvent[]): Promise<void> {
  const times = log.map(({ recorded_at }) => recorded_at);
  for (const parameters of [{}, {}, {}, { as_of: '9999-12-31T23:59:59Z' }]) {
    await inParallel(drawReads(random, log, times), async (read) => {
      const path = pathOf(read, parameters);
      expectAnswer(read, path, await world.get(path), log.length);
    });
  }
}

interface Kept {
  content: string;
  tag: string | null;
}

function keptOf({ status, headers, text }: Answer): Kept {
  // A refusal names its own request.
  const content =
    status === 200
      ? [text, ...['x-position', 'x-total-count', 'link'].map((name) => headers.get(name))]
      : [status];
  return { content: JSON.stringify(content), tag: headers.get('etag') };
}

const millisBefore = (time: string) => new Date(Date.parse(time) - 1).toISOString();
