/** Commands on projections: each changes the register, or throws the reason why it does not. */
import type { Generation, GenerationEventType, RebuildOptions } from '@att/contracts';
import { generationEvent, type NewEvent } from '@att/platform/event-log';
import type { ClientBase } from 'pg';
import type { Projection } from '../fold/projection.js';
import { cancelBuild } from './cancel-build.js';
import { type GenerationRow, generationOf } from './generation-row.js';
import { insertBuilds } from './insert-builds.js';
import * as problems from './problems.js';
import { requestDrop } from './request-drop.js';
import { rollBack } from './roll-back.js';
import type { CommandResult } from './run-command.js';
import { selectGenerations } from './select-generations.js';
import { selectPaused } from './select-paused.js';
import { setPaused } from './set-paused.js';
import { switchReady } from './switch-ready.js';

/** Context of a command on one projection. */
export interface CommandContext {
  client: ClientBase;
  projection: Projection;
  actor: string;
}

/** Rebuilds all projections or none. @throws ProblemError projection_busy, projection_paused */
export async function rebuild(
  client: ClientBase,
  projections: readonly Projection[],
  options: RebuildOptions,
  actor: string,
): Promise<CommandResult<Generation[]>> {
  await refusePaused(
    client,
    projections.map(({ name }) => name),
  );
  const rows = await insertBuilds(client, projections, options);
  const busy = projections.filter(({ name }) => !rows.some(({ projection }) => projection === name));
  if (busy.length > 0) throw problems.projectionBusy(busy.map(({ name }) => name));
  return {
    events: rows.map((row) => event('projection.rebuild_requested', actor, row, options)),
    answer: rows.map(generationOf),
  };
}

/** @throws ProblemError nothing_to_switch, projection_paused */
export async function requestSwitch({
  client,
  projection: { name },
  actor,
}: CommandContext): Promise<CommandResult<Generation>> {
  await refusePaused(client, [name]);
  const switched = await switchReady(client, name);
  if (switched !== undefined) return done('projection.switch_requested', actor, switched);
  const unfinished = (await selectGenerations(client, name)).find(isUnfinished);
  if (unfinished?.state === 'ready' && unfinished.on_ready === 'switch') return doneAlready(unfinished);
  throw problems.nothingToSwitch(name, unfinished);
}

/** @throws ProblemError nothing_to_cancel */
export async function cancel({
  client,
  projection: { name },
  actor,
}: CommandContext): Promise<CommandResult<Generation>> {
  const cancelled = await cancelBuild(client, name);
  if (cancelled === undefined) throw problems.nothingToCancel(name);
  return done('projection.rebuild_cancelled', actor, cancelled);
}

/** @throws ProblemError nothing_to_roll_back, projection_busy, projection_paused */
export async function requestRollback({
  client,
  projection,
  actor,
}: CommandContext): Promise<CommandResult<Generation>> {
  const { name, version } = projection;
  await refusePaused(client, [name]);
  const restored = await rollBack(client, name, version);
  if (restored !== undefined) return done('projection.rollback_requested', actor, restored);
  const generations = await selectGenerations(client, name);
  if (generations.some(isUnfinished)) throw problems.projectionBusy([name]);
  const retired = generations.find((one) => one.state === 'retired' && one.has_tables && !one.drop_requested);
  throw problems.nothingToRollBack(name, retired, version);
}

/**
 * @param id undefined: the retired one
 * @throws ProblemError generation_in_use, not_found
 */
export async function drop(
  { client, projection: { name }, actor }: CommandContext,
  id: number | undefined,
): Promise<CommandResult<Generation>> {
  const dropped = await requestDrop(client, name, id);
  if (dropped !== undefined) return done('projection.drop_requested', actor, dropped);
  const generations = await selectGenerations(client, name);
  const meant = generations.find((one) => (id === undefined ? one.state === 'retired' : one.id === id));
  if (meant?.drop_requested === true) return doneAlready(meant);
  if (meant === undefined && id !== undefined) throw problems.noSuchGeneration(name, id);
  if (meant === undefined || !isInUse(meant)) throw problems.nothingToDrop(name, meant);
  throw problems.generationInUse(meant);
}

/** @throws ProblemError not_found before there is a generation */
export async function pauseOrResume(
  { client, projection: { name }, actor }: CommandContext,
  isPaused: boolean,
): Promise<CommandResult<Generation>> {
  const generations = await selectGenerations(client, name);
  const generation = generations.find(({ state }) => state === 'active') ?? generations[0];
  if (generation === undefined) throw problems.notBuiltYet(name);
  if (!(await setPaused(client, name, isPaused))) return doneAlready(generation);
  return done(isPaused ? 'projection.paused' : 'projection.resumed', actor, generation);
}

const isUnfinished = ({ state }: GenerationRow) => state === 'building' || state === 'ready';
const isInUse = (row: GenerationRow) => row.state === 'active' || isUnfinished(row);

const done = (type: GenerationEventType, actor: string, row: GenerationRow): CommandResult<Generation> => ({
  events: [event(type, actor, row)],
  answer: generationOf(row),
});

const doneAlready = (row: GenerationRow): CommandResult<Generation> => ({
  events: [],
  answer: generationOf(row),
});

function event(
  type: GenerationEventType,
  actor: string,
  { projection, id, version }: GenerationRow,
  options: RebuildOptions = {},
): NewEvent {
  return generationEvent(type, actor, { projection, generation: id, version, ...options });
}

async function refusePaused(client: ClientBase, names: readonly string[]): Promise<void> {
  const paused = await selectPaused(client, names);
  if (paused.length > 0) throw problems.projectionPaused(paused);
}
