/** Logs with an event that no projection can apply, until an operator has it retried or skipped. */
import { isTaskLogEvent, type LogEvent } from '@att/platform/event-log';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { expect } from 'vitest';
import { openWriters } from '../../batch/generation-writer.js';
import type { Projection } from '../../fold/projection.js';
import { BatchPipeline } from '../../follow/batch-pipeline.js';
import { ensureGenerations } from '../../generations/ensure-generations.js';
import { writableGeneration } from '../../generations/writable-generation.js';
import { store, storedSlice } from '../deliver.js';
import { pipelineContext } from '../pipeline-context.js';
import { Poison } from '../poison.js';
import { generationOf } from './database.js';
import { asLogEvent, drawnEvent } from './logs.js';
import { type Applied, plainFold } from './plain-fold.js';
import type { History, Reference } from './references.js';

export const blockedLog = fc.record({
  before: fc.array(drawnEvent, { minLength: 1, maxLength: 40 }),
  after: fc.array(drawnEvent, { maxLength: 20 }),
  /** Place of the event that fails, among the events of tasks before the command. */
  failing: fc.nat(),
  command: fc.constantFrom('retried' as const, 'skipped' as const),
  sizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }),
});
type BlockedLog = typeof blockedLog extends fc.Arbitrary<infer Value> ? Value : never;

interface Contract extends Reference {
  projection: Projection;
}

/** @param owner pool with all rights: the log is not the projector's */
export async function expectBlocked(
  owner: Pool,
  pool: Pool,
  contracts: readonly Contract[],
  { before, after, failing, command, sizes }: BlockedLog,
): Promise<void> {
  const log = before.map(asLogEvent);
  const candidates = log.filter(isTaskLogEvent);
  const failed = candidates[failing % Math.max(1, candidates.length)];
  if (failed === undefined) return;
  const projections = contracts.map(({ projection }) => projection);
  const poison = new Poison();
  for (const { name } of projections) poison.add(name, failed.position);
  const take = await openPipeline(pool, poison.in(projections), sizes);
  await store(owner, log);
  await take(log);
  for (const { name } of projections) poison.cure(name, failed.position);

  const commands = await commandsOn(owner, command, log.length);
  expect(commands).toHaveLength(projections.length);
  const rest = after.map((drawn, index) => asLogEvent(drawn, log.length + commands.length + index));
  await store(owner, [...commands.map(({ event }) => event), ...rest]);
  await take([...commands.map(({ event }) => event), ...rest]);

  const all = [...log, ...commands.map(({ event }) => event), ...rest];
  for (const { projection, read, expected } of contracts) {
    const generation = await generationOf(pool, projection);
    const resolvedAt = commands.find((one) => one.generation === generation)?.event.position as number;
    const ends = [failed.position - 1, failed.position, log.length, resolvedAt - 1, resolvedAt, all.length];
    for (const position of ends) {
      const history = historyAt(all, position, { failed, resolvedAt, isSkipped: command === 'skipped' });
      const found = await read(pool, generation, position);
      expect(found, `${projection.name} at ${position}`).toEqual(expected(history));
    }
  }
}

/** Pipeline of all projections together. @returns takes events in batches of these sizes, and resolves when they are written */
async function openPipeline(pool: Pool, projections: readonly Projection[], sizes: readonly number[]) {
  const { generations } = await ensureGenerations(pool, projections);
  const writable = projections.flatMap((projection) =>
    generations
      .filter((generation) => generation.projection === projection.name)
      .map((generation) => writableGeneration(projection, generation)),
  );
  const pipeline = new BatchPipeline(pipelineContext(pool), await openWriters(pool, writable));
  return async (events: readonly LogEvent[]) => {
    for (let from = 0, n = 0; from < events.length; n++) {
      const size = sizes[n % sizes.length] as number;
      await pipeline.take(storedSlice(events.slice(from, from + size)));
      from += size;
    }
    await pipeline.flush();
  };
}

interface Command {
  generation: number;
  event: LogEvent;
}

/** Command on each dead letter, as the operator API records it. @param head position behind which the commands are */
async function commandsOn(owner: Pool, command: 'retried' | 'skipped', head: number): Promise<Command[]> {
  const { rows } = await owner.query(
    `UPDATE projection.dead_letters d SET state = $1 FROM projection.generations g WHERE g.id = d.generation
     RETURNING d.id AS dead_letter, d.generation, g.projection, d.project, d.task_id, d.position`,
    [command === 'retried' ? 'retry' : 'skip'],
  );
  return rows.map((named, index) => ({
    generation: named.generation,
    event: {
      ...asLogEvent(
        { type: 'key.created', project: 'p1', task_id: 'a', agent: null, occurredAfter: null, payload: {} },
        head + index,
      ),
      type: `dead_letter.${command}`,
      project: null,
      task_id: null,
      data_text: JSON.stringify(named),
    },
  }));
}

interface Resolution {
  failed: LogEvent;
  /** Position of the command, at which what waited takes effect. */
  resolvedAt: number;
  isSkipped: boolean;
}

function historyAt(
  log: readonly LogEvent[],
  position: number,
  { failed, resolvedAt, isSkipped }: Resolution,
): History {
  const waits = ({ project, task_id, position }: LogEvent) =>
    project === failed.project &&
    task_id === failed.task_id &&
    position >= failed.position &&
    position < resolvedAt;
  const until = log.slice(0, position);
  const onTime = until.filter((event) => !waits(event)).map((event) => ({ event, at: event.position }));
  const late: Applied[] = until
    .filter((event) => position >= resolvedAt && waits(event) && !(isSkipped && event === failed))
    .map((event) => ({ event, at: resolvedAt }));
  // A sort keeps the order of what takes effect at one position.
  return { log: until, models: plainFold([...onTime, ...late].sort((a, b) => a.at - b.at)) };
}
