import type { Projection as DescribedProjection } from '@att/contracts';
import type { Projection } from '../fold/projection.js';
import { isStalled } from '../generations/stall.js';
import { type GenerationRow, generationOf } from './generation-row.js';
import type { ProjectionAndGeneration } from './select-projections.js';

/**
 * Describes projections for operators: pure.
 *
 * @param now milliseconds since 1970
 */
export function describeProjections(
  rows: readonly ProjectionAndGeneration[],
  projections: readonly Pick<Projection, 'name' | 'version'>[],
  now: number,
): DescribedProjection[] {
  return projections.map(({ name, version }) => {
    const own = rows.filter((row) => row.name === name);
    const generations = own.filter((row) => row.id !== null);
    const active = generations.find(({ state }) => state === 'active');
    const head = own[0]?.head ?? 0;
    const position = active?.position ?? 0;
    const since = active?.since ?? null;
    return {
      name,
      version: active?.version ?? version,
      position,
      head,
      lag_events: Math.max(0, head - position),
      lag_seconds: since === null ? 0 : Math.max(0, (now - Date.parse(since)) / 1000),
      state: stateOf(own[0]?.is_paused === true, active, generations, version),
      dead_letters: active?.dead_letters ?? 0,
      generations: generations.map((row) => generationOf(row, now)),
    };
  });
}

/** State of a projection. No release writes a generation of another version, which is no harm while its successor is built. */
function stateOf(
  isPaused: boolean,
  active: ProjectionAndGeneration | undefined,
  generations: readonly GenerationRow[],
  version: number,
): 'live' | 'paused' | 'failed' {
  if (isPaused) return 'paused';
  const hasSuccessor = generations.some(({ state }) => state === 'building' || state === 'ready');
  if (generations.some((one) => one.state === 'active' && one.version !== version)) {
    return hasSuccessor ? 'live' : 'failed';
  }
  return active !== undefined && isStalled(active) ? 'failed' : 'live';
}
