/** What there is to do while the register is as it is: pure. */

import type { Finishing } from '../build/finish-build.js';
import type { Projection } from '../fold/projection.js';
import type { Generation } from '../generations/generation.js';
import { type Register, versionKey } from '../generations/read-register.js';
import type { Target } from '../generations/target.js';

export interface RoundPlan {
  /** Generations that follow the log. */
  following: Target[];
  /** Those of one read of the log together. */
  builds: Target[][];
  finishing: Finishing[];
  drops: Generation[];
  /** Why projections stand still that should not, for people. */
  standstill: string | undefined;
}

export function planRound(register: Register, projections: readonly Projection[]): RoundPlan {
  const { generations, paused } = register;
  const targets = generations.flatMap((generation): Target[] => {
    const projection = projections.find(({ name }) => name === generation.projection);
    const isOurs = projection?.version === generation.version && !generation.dropRequested;
    return projection === undefined || !isOurs || paused.has(projection.name)
      ? []
      : [{ projection, generation }];
  });
  // In the order of the projections, as the first ones work out what the others need not.
  targets.sort((a, b) => projections.indexOf(a.projection) - projections.indexOf(b.projection));
  const following = targets.filter(({ generation }) => generation.stage === 'following');
  return {
    following,
    builds: buildsOf(targets.filter(({ generation }) => generation.stage !== 'following')),
    finishing: following.flatMap((build) => finishingOf(build, following)),
    drops: generations.filter(({ dropRequested }) => dropRequested),
    standstill: standstillOf(register, projections),
  };
}

function buildsOf(targets: readonly Target[]): Target[][] {
  const builds = new Map<string, Target[]>();
  for (const target of targets) {
    const { id, build, stage, position } = target.generation;
    const key = `${build ?? `of ${id}`} ${stage} ${position}`;
    const together = builds.get(key);
    if (together === undefined) builds.set(key, [target]);
    else together.push(target);
  }
  return [...builds.values()];
}

function finishingOf(build: Target, following: readonly Target[]): Finishing[] {
  const { state, onReady } = build.generation;
  const isToEnd = state === 'building' || (state === 'ready' && onReady === 'switch');
  if (!isToEnd) return [];
  const active = following.find(
    ({ projection, generation }) => projection === build.projection && generation.state === 'active',
  );
  return [{ build, active }];
}

function standstillOf(
  { generations, failed }: Pick<Register, 'generations' | 'failed'>,
  projections: readonly Projection[],
): string | undefined {
  const reasons = generations.flatMap(({ id, projection, version, state }) => {
    const ours = projections.find(({ name }) => name === projection)?.version;
    if (state !== 'active' || ours === undefined || ours === version) return [];
    // It serves until a build of this version takes over.
    const isOnItsWay = (other: Generation) =>
      other.projection === projection && other.version === ours && other.state !== 'failed';
    if (generations.some(isOnItsWay)) return [];
    const wayOut = failed.has(versionKey(projection, ours))
      ? '; a build of that failed: see why in the list of projections, and ask for a rebuild'
      : '';
    return [
      `${projection} stands still: its active generation ${id} is of version ${version}, this release writes version ${ours}${wayOut}`,
    ];
  });
  reasons.push(...withoutAny({ generations, failed }, projections));
  return reasons.length === 0 ? undefined : reasons.join('; ');
}

/** Projections that nothing serves and nothing is built of: the build that was to replace a discarded generation failed. */
function withoutAny(
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
    .map(({ name }) => `${name} is not there, and a build of it failed: see why, and ask for a rebuild`);
}
