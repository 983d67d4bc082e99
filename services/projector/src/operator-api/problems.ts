/** Problems that a command can be refused with. */
import { ProblemError } from '@att/platform/http';
import { PROJECTIONS } from '../projections/index.js';
import type { GenerationRow } from './generation-row.js';

export function noSuchProjection(name: string): ProblemError {
  const names = PROJECTIONS.map((projection) => projection.name).join(', ');
  return new ProblemError('not_found', `There is no projection ${name}. There are: ${names}.`);
}

export function notBuiltYet(name: string): ProblemError {
  return new ProblemError(
    'not_found',
    `${name} has no generation yet: the projector makes the first when it starts.`,
  );
}

export function projectionBusy(names: readonly string[]): ProblemError {
  const which = names.join(', ');
  return new ProblemError(
    'projection_busy',
    names.length === 1
      ? `${which} is being built already: wait until that ends, switch to it if it waits as ready, or cancel it.`
      : `These are being built already: ${which}. Wait until that ends, switch to them or cancel them.`,
  );
}

/** Nothing of a paused projection is written, builds included: a command that waited for that would seem to hang. */
export function projectionPaused(names: readonly string[]): ProblemError {
  const which = names.join(', ');
  return new ProblemError(
    'projection_paused',
    names.length === 1
      ? `${which} is paused: resume it first.`
      : `These are paused: ${which}. Resume them first.`,
  );
}

export function nothingToSwitch(name: string, unfinished: GenerationRow | undefined): ProblemError {
  const detail =
    unfinished === undefined
      ? `${name} has no generation that is ready: ask for a rebuild first.`
      : unfinished.on_ready === 'drop'
        ? `Generation ${unfinished.id} of ${name} is a dry run, which is dropped: ask for a rebuild without dry_run.`
        : `Generation ${unfinished.id} of ${name} is still being built: it can be switched to when it is ready.`;
  return new ProblemError('nothing_to_switch', detail);
}

export function nothingToCancel(name: string): ProblemError {
  return new ProblemError('nothing_to_cancel', `${name} has no generation that is being built or ready.`);
}

/** @param retired the latest that could be rolled back to, were it not of another version */
export function nothingToRollBack(
  name: string,
  retired: GenerationRow | undefined,
  version: number,
): ProblemError {
  return new ProblemError(
    'nothing_to_roll_back',
    retired === undefined
      ? `${name} has no retired generation: none was switched from, or it was dropped. A rebuild makes another one.`
      : `The retired generation ${retired.id} of ${name} is of version ${retired.version}, but this release writes version ${version}: run the release that made it, or rebuild.`,
  );
}

export function generationInUse({ id, projection, state }: GenerationRow): ProblemError {
  return new ProblemError(
    'generation_in_use',
    state === 'active'
      ? `Generation ${id} of ${projection} is what reads are answered from: switch to another one first.`
      : `Generation ${id} of ${projection} is ${state}: cancel it, and it is dropped.`,
  );
}

export function noSuchGeneration(name: string, id: number): ProblemError {
  return new ProblemError(
    'not_found',
    `${name} has no generation ${id}: GET /api/projections lists those that there are.`,
  );
}

/** @param generation undefined: the retired one was meant, and there is none */
export function nothingToDrop(name: string, generation: GenerationRow | undefined): ProblemError {
  return new ProblemError(
    'not_found',
    generation === undefined
      ? `${name} has no retired generation: there is nothing to drop.`
      : `Generation ${generation.id} of ${name} has no tables any more: there is nothing to drop.`,
  );
}

export function noSuchDeadLetter(id: number): ProblemError {
  return new ProblemError(
    'not_found',
    `There is no dead letter ${id}: it was dealt with, or its generation is not in use any more.`,
  );
}

export function deadLetterBusy(id: number, wanted: 'retry' | 'skip'): ProblemError {
  return new ProblemError(
    'dead_letter_busy',
    `A ${wanted} of the dead letter ${id} was asked for and is not done yet: wait until it is, and look at it again.`,
  );
}
