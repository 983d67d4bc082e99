import { PROJECTION_NAMES } from '@att/platform/projections';
import type { Build, ProgressReport } from './read-progress.js';

/** Lag of the read models behind the log, in words. @throws Error while one of them is missing */
export function lagOf({ head, generations, otherVersion, otherLog, builds }: ProgressReport): string {
  const positions = PROJECTION_NAMES.map((name) => {
    const generation = generations.get(name);
    if (otherVersion.has(name))
      throw new Error(`the read model of ${name} is of another release${builtSoFar(builds.get(name), head)}`);
    if (otherLog.has(name))
      throw new Error(`the read model of ${name} is of another log${builtSoFar(builds.get(name), head)}`);
    if (generation === undefined) throw new Error(`the read model of ${name} was not built yet`);
    return generation.position;
  });
  const lag = head - Math.min(...positions);
  return lag === 1 ? '1 event behind' : `${lag} events behind`;
}

function builtSoFar(build: Build | undefined, head: number): string {
  return build === undefined ? '' : `, and is being built anew: it has ${build.position} of ${head} events`;
}
