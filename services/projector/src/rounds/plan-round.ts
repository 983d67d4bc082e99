/** Plans a round from the register: pure. */
import type { FinishingBuild } from '../build/finish-build.js';
import type { Projection } from '../fold/projection.js';
import type { RegisteredGeneration } from '../generations/generation.js';
import { type Register, versionKey } from '../generations/read-register.js';
import { type WritableGeneration, writableGeneration } from '../generations/writable-generation.js';

export interface RoundPlan {
  /** Generations that follow the log. */
  following: WritableGeneration[];
  /** Builds, grouped by the read of the log that they share. */
  builds: WritableGeneration[][];
  finishing: FinishingBuild[];
  drops: RegisteredGeneration[];
  /** Text for people: reason why projections that serve are not written. */
  unwritten: string | undefined;
}

export function planRound(register: Register, projections: readonly Projection[]): RoundPlan {
  const { generations, paused } = register;
  const writable = generations.flatMap((generation): WritableGeneration[] => {
    const projection = projections.find(({ name }) => name === generation.projection);
    const isOurs = projection?.version === generation.version && !generation.dropRequested;
    return projection === undefined || !isOurs || paused.has(projection.name)
      ? []
      : [writableGeneration(projection, generation)];
  });
  // The order of the projections matters, as the first ones work out what the others need not.
  writable.sort((a, b) => projections.indexOf(a.projection) - projections.indexOf(b.projection));
  const following = writable.filter(({ generation }) => generation.stage === 'following');
  return {
    following,
    builds: buildsOf(writable.filter(({ generation }) => generation.stage !== 'following')),
    finishing: following.flatMap((build) => finishingOf(build, following)),
    drops: generations.filter(({ dropRequested }) => dropRequested),
    unwritten: unwrittenText(register, projections),
  };
}

function buildsOf(writable: readonly WritableGeneration[]): WritableGeneration[][] {
  const builds = new Map<string, WritableGeneration[]>();
  for (const one of writable) {
    const { id, build, stage, position } = one.generation;
    const key = `${build ?? `of ${id}`} ${stage} ${position}`;
    const together = builds.get(key);
    if (together === undefined) builds.set(key, [one]);
    else together.push(one);
  }
  return [...builds.values()];
}

function finishingOf(build: WritableGeneration, following: readonly WritableGeneration[]): FinishingBuild[] {
  const { state, onReady } = build.generation;
  const isFinishing = state === 'building' || (state === 'ready' && onReady === 'switch');
  if (!isFinishing) return [];
  const active = following.find(
    ({ projection, generation }) => projection === build.projection && generation.state === 'active',
  );
  return [{ build, active }];
}

function unwrittenText(
  { generations, failed }: Pick<Register, 'generations' | 'failed'>,
  projections: readonly Projection[],
): string | undefined {
  const reasons = generations.flatMap(({ id, projection, version, state }) => {
    const ours = projections.find(({ name }) => name === projection)?.version;
    if (state !== 'active' || ours === undefined || ours === version) return [];
    // The old generation serves until a build of this version replaces it.
    const isSuccessor = (other: RegisteredGeneration) =>
      other.projection === projection && other.version === ours && other.state !== 'failed';
    if (generations.some(isSuccessor)) return [];
    const wayOut = failed.has(versionKey(projection, ours))
      ? '; a build of that failed: see why in the list of projections, and ask for a rebuild'
      : '';
    return [
      `${projection} is not written: its active generation ${id} is of version ${version}, this release writes version ${ours}${wayOut}`,
    ];
  });
  reasons.push(...missingText({ generations, failed }, projections));
  return reasons.length === 0 ? undefined : reasons.join('; ');
}

/** Projections without a generation that serves or is being built: the build that was to replace a discarded one failed. */
function missingText(
  { generations, failed }: Pick<Register, 'generations' | 'failed'>,
  projections: readonly Projection[],
): string[] {
  return projections
    .filter(({ name, version }) => {
      const isThere = generations.some(
        ({ projection, state }) => projection === name && state !== 'failed' && state !== 'cancelled',
      );
      return !isThere && failed.has(versionKey(name, version));
    })
    .map(({ name }) => `${name} is missing, and a build of it failed: see why, and ask for a rebuild`);
}
