/** Whatever a projection cannot apply, and whenever that is retried or skipped: every read is the fold of what it applied. */
import { type DeadLetter, deadLetterEventDataSchema, deadLetterSchema } from '@att/contracts';
import type { LogEvent } from '@att/platform/event-log';
import { INDEXED_FIELDS, PROJECTION_NAMES, type ProjectionName } from '@att/platform/projections';
import { printedSeed } from '@att/platform/testing';
import { PROJECTIONS } from '@att/projector';
import { Poison } from '@att/projector/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppliedLog } from '../support/model/applied-log.js';
import { eventsOf } from '../support/model/lists.js';
import { createRandom, type Random } from '../support/random.js';
import { drawEvent } from '../support/random-history.js';
import { answered } from './support/answers.js';
import { expectAnswer, inParallel, pathOf, readLog } from './support/expect-answer.js';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';
import { drawReads, type Read } from './support/random-reads.js';

const LOGS = 1;
const TURNS = 4;
const EVENTS_OF_TURN = 10;
/** Percentage of events that each projection cannot apply. */
const POISONED = 12;

let world: QueryWorld;
afterEach(() => world.close());

describe('poison of any projections in any log, with retries, skips, restarts and lost connections', () => {
  it('leaves every read at every position the fold of what was applied there', async () => {
    const random = createRandom(printedSeed('poison'));
    for (let log = 0; log < LOGS; log++) {
      await runLog(random);
      if (log < LOGS - 1) await world.close();
    }
  });
});

interface Model {
  poison: Poison;
  applied: Record<ProjectionName, AppliedLog>;
  /** Position up to which the model has the log, and up to which every position was read. */
  position: number;
  read: number;
}

async function runLog(random: Random): Promise<void> {
  const clock = { now: Date.UTC(2026, 1, 27, 23, 58) };
  world = await createQueryWorld({ now: () => clock.now });
  const model: Model = {
    poison: new Poison(),
    applied: Object.fromEntries(PROJECTION_NAMES.map((name) => [name, new AppliedLog()])) as Model['applied'],
    position: 0,
    read: 0,
  };
  const projections = model.poison.in(PROJECTIONS);
  for (let turn = 0; turn < TURNS; turn++) {
    if (random.between(1, 2) === 1) world.startProjecting(projections);
    await report(random, clock, model);
    world.startProjecting(projections);
    if (random.between(1, 2) === 1) await loseConnections(world);
    model.position = await catchUp(model);
    await settleSome(random, clock, model);
    world.startProjecting(projections);
    model.position = await catchUp(model);
    expect(await currentDeadLetters()).toEqual(expectedDeadLetters(model));
    await readEverywhere(random, model);
    if (random.between(1, 2) === 1) await world.stopProjecting();
  }
  world.startProjecting(projections);
  await rebuildWithoutFaults(random, model);
}

/** New reports, some of which some projections cannot apply. */
async function report(
  random: Random,
  clock: { now: number },
  { poison }: Model,
  count = EVENTS_OF_TURN,
): Promise<void> {
  const head = (await readLog(world)).length;
  const drawn = Array.from({ length: count }, () => drawEvent(random, clock.now));
  for (const [index, { event }] of drawn.entries()) {
    for (const name of PROJECTION_NAMES) {
      const isPoisoned = event.taskId !== null && random.between(1, 100) <= POISONED;
      if (isPoisoned) poison.add(name, head + index + 1);
    }
  }
  for (const { event, pause } of drawn) {
    clock.now += pause;
    await world.append(event);
  }
}

/** Brings the projections, and the model, to the end of the log. */
async function catchUp({ applied, poison, ...model }: Model): Promise<number> {
  const log = await readLog(world);
  await untilAllHave(log.length);
  for (const event of log.slice(model.position)) {
    const command = event.type.startsWith('dead_letter.')
      ? deadLetterEventDataSchema.parse(JSON.parse(event.data_text as string))
      : undefined;
    for (const name of PROJECTION_NAMES) {
      const isPoison = ({ position }: LogEvent) => poison.has(name, position);
      if (command?.projection === name) {
        const verb = event.type === 'dead_letter.retried' ? 'retry' : 'skip';
        applied[name].resolve(verb, command, event.position, isPoison);
      }
      applied[name].take(event, isPoison);
    }
  }
  return log.length;
}

/** Retries and skips of some dead letters, whether their fault is gone or not; one by one, or many in one batch among reports. */
async function settleSome(random: Random, clock: { now: number }, model: Model): Promise<void> {
  const isInOneBatch = random.between(1, 2) === 1;
  if (isInOneBatch) await world.stopProjecting();
  for (const deadLetter of random.shuffle(await deadLetters()).slice(0, random.between(0, 6))) {
    const projection = deadLetter.projection as ProjectionName;
    const queue = model.applied[projection].deadLetterOf(deadLetter)?.queue ?? [];
    const cured = queue.slice(0, random.pick([0, 1, 1, queue.length]));
    for (const { position } of cured) model.poison.cure(projection, position);
    const verb = random.pick(['retry', 'retry', 'skip']);
    const answer = await world.get(`/api/dead-letters/${deadLetter.id}/${verb}`, { method: 'POST' });
    expect(answer.status, answer.text).toBe(202);
    if (isInOneBatch) await report(random, clock, model, random.between(0, 2));
    // Events that are cured for the next command must not change this one's result.
    else model.position = await catchUp(model);
  }
}

async function deadLetters(): Promise<DeadLetter[]> {
  const answer = await world.get('/api/dead-letters?limit=200');
  expect(answer.status, answer.text).toBe(200);
  return z.array(deadLetterSchema).parse(answer.body);
}

const byText = (one: object, other: object) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

async function currentDeadLetters() {
  const found = await deadLetters();
  return found
    .map(({ projection, project, task_id, position, queued, attempts, state }) => {
      return { projection, project, task_id, position, queued, attempts, state };
    })
    .sort(byText);
}

function expectedDeadLetters({ applied }: Model) {
  return PROJECTION_NAMES.flatMap((projection) =>
    [...applied[projection].deadLetters.values()].map(({ project, task_id, queue, attempts }) => {
      const position = queue[0]?.position as number;
      return { projection, project, task_id, position, queued: queue.length - 1, attempts, state: 'waiting' };
    }),
  ).sort(byText);
}

/** Reads every projection at each position: the answer is the fold of the events that it has applied there. */
async function readEverywhere(random: Random, model: Model): Promise<void> {
  const { applied, position } = model;
  const log = await readLog(world);
  const times = log.map(({ recorded_at }) => recorded_at);
  // Random earlier positions are read again: commands must not have changed them.
  const again = Array.from({ length: 6 }, () => random.between(0, model.read));
  const fresh = Array.from({ length: position - model.read }, (_, index) => model.read + index + 1);
  for (const at of [...again, ...fresh]) {
    const reads = PROJECTION_NAMES.flatMap((name) =>
      drawReads(random, applied[name].until(at), times).filter((read) => projectionOf(read) === name),
    );
    await inParallel(reads, async (read) => {
      const path = pathOf(read, at === position ? {} : { as_of: String(at) });
      expectAnswer(read, path, await world.get(path), at);
    });
  }
  model.read = position;
  await expectEvents(log);
}

/** Projection that a read is from; undefined for lists of events, which are read from the log itself. */
function projectionOf({ path }: Read): ProjectionName | undefined {
  if (path.includes('/events')) return undefined;
  if (path.includes('/tasks')) return 'tasks';
  return PROJECTION_NAMES.find((name) => path.startsWith(`/api/${name}`));
}

/** Events of blocked tasks are found in the log like all others. */
async function expectEvents(log: readonly LogEvent[]): Promise<void> {
  for (const field of INDEXED_FIELDS) {
    const values = new Set(log.flatMap((event) => event[field] ?? []));
    await inParallel([...values], async (value) => {
      const query = { [field]: value };
      const path = `/api/events?${new URLSearchParams({ ...query, limit: '200' })}`;
      const found = answered('listEvents', await world.get(path)).map(({ position }) => position);
      expect(found, path).toEqual(eventsOf(log, query).map(({ position }) => position));
    });
  }
}

/** A rebuild applies each event where it happened. */
async function rebuildWithoutFaults(random: Random, model: Model): Promise<void> {
  for (const name of PROJECTION_NAMES) {
    for (let position = 1; position <= model.position; position++) model.poison.cure(name, position);
  }
  await world.rebuild();
  const log = await readLog(world);
  await untilAllHave(log.length);
  expect(await deadLetters()).toEqual([]);
  const times = log.map(({ recorded_at }) => recorded_at);
  for (let at = 0; at <= log.length; at += random.between(3, 9)) {
    await inParallel(drawReads(random, log.slice(0, at), times), async (read) => {
      const path = pathOf(read, { as_of: String(at) });
      expectAnswer(read, path, await world.get(path), at);
    });
  }
}

async function untilAllHave(position: number): Promise<void> {
  for (;;) {
    const { rows } = await world.sql.query(
      "SELECT count(*) FROM projection.generations WHERE state = 'active' AND position >= $1",
      [position],
    );
    if (rows[0].count === PROJECTION_NAMES.length) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function loseConnections({ sql }: QueryWorld): Promise<void> {
  await sql.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'att-projector%'",
  );
}
