/** Order of the test files: the long kinds first and in turns, so that no long file is left over for the end. */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Kinds of long files. Each needs something else: a browser, Kafka, many processes, or mostly time. Several of one kind at
 * once would want the same, and wait for it longer than their limits.
 */
const LONG = [
  /^tests\/browser\//,
  /^tests\/chaos\//,
  /^tests\/distributed\/|\.distributed\.test\.ts$/,
  /^tests\/given-database\//,
  /^tests\/(start|cli)\//,
  /^platform\/src\/embedded-postgres\//,
];

export class InTurns extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const kindOf = ({ moduleId }: TestSpecification) => {
      const path = relative(this.ctx.config.root, moduleId).replaceAll('\\', '/');
      return LONG.findIndex((kind) => kind.test(path));
    };
    const long = LONG.map((_, kind) => sorted.filter((file) => kindOf(file) === kind));
    return [...inTurns(long), ...sorted.filter((file) => kindOf(file) === -1)];
  }
}

/** First of each list, then the second of each, and so on. */
function inTurns<T>(lists: readonly T[][]): T[] {
  const rounds = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, round) =>
    lists.flatMap((list) => list.slice(round, round + 1)),
  ).flat();
}
