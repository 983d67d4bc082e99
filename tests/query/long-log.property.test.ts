/** Reads of a log of many chunks equal the plain fold: complete chunks are stored otherwise than the last one. */
import type { NewEvent } from '@att/platform/event-log';
import { printedSeed } from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../support/random.js';
import { drawEvent } from '../support/random-history.js';
import { expectAnswer, inParallel, pathOf, readLog } from './support/expect-answer.js';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';
import { drawReads } from './support/random-reads.js';

const EVENTS = 9_500;
/** Positions at the ends of chunks of messages (1,024 positions) and of groups of the log's index (8,192). */
const ENDS = [1_024, 8_192].flatMap((end) => [end - 1, end, end + 1]);
const RANDOM_POSITIONS = 4;

let world: QueryWorld;
const clock = { now: Date.UTC(2026, 1, 27, 12) };
beforeAll(async () => {
  world = await createQueryWorld({ now: () => clock.now });
});
afterAll(() => world.close());

describe('a log of many chunks', () => {
  it('is answered for at any position, and as it is now, as by the fold of the log up to there', async () => {
    const random = createRandom(printedSeed('long log'));
    for (let position = 0; position < EVENTS; ) {
      const events: NewEvent[] = [];
      const size = Math.min(random.between(1, 900), EVENTS - position);
      while (events.length < size) events.push(ofManyTasks(random, drawEvent(random, clock.now).event));
      clock.now += random.between(0, 60_000);
      position = await world.append(...events);
    }
    world.startProjecting();
    await world.projected(EVENTS);
    const log = await readLog(world);
    expect(log).toHaveLength(EVENTS);
    const times = log.filter((_, index) => index % 500 === 0).map(({ recorded_at }) => recorded_at);

    const drawn = Array.from({ length: RANDOM_POSITIONS }, () => random.between(1, EVENTS));
    for (const position of [...ENDS, ...drawn]) {
      await inParallel(drawReads(random, log.slice(0, position), times), async (read) => {
        const path = pathOf(read, { as_of: String(position) });
        expectAnswer(read, path, await world.get(path), position);
      });
    }
    for (let turn = 0; turn < 3; turn++) {
      await inParallel(drawReads(random, log, times), async (read) => {
        const path = pathOf(read, {});
        expectAnswer(read, path, await world.get(path), EVENTS);
      });
    }
  });
});

/** Spreads events over many tasks: most report a few times and then rest, so their latest report is old. */
function ofManyTasks(random: Random, event: NewEvent): NewEvent {
  if (event.taskId === null || random.between(1, 3) === 1) return event;
  return { ...event, taskId: `task-${random.between(1, 2_000)}` };
}
