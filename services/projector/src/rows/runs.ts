/**
 * Runs: a row of a history holds up to 16 changes of one key, one behind the other, as arrays in step. A row and an index
 * entry a change took PostgreSQL 5.7 µs an event under load. A run ends by the number of its changes alone, so that the
 * rows are the same in whatever batches the log came.
 */

/** A row, of seven bigints and a sum a change at most, has 1.3 KB then, and its names: from 2 KB on PostgreSQL compresses it and moves it out. */
export const RUN_LENGTH = 16;

/** Last run of a key. Every change of the key that memory has shares this object. */
export interface OpenRun<Row> {
  /** Position at which the first change took effect. */
  first: number;
  length: number;
  /** Part of the run that the batch which is being cut brings. */
  part: RunPart<Row> | undefined;
}

/** State of a key from a position on. */
export interface Change<Row> {
  valid_from: number;
  run: OpenRun<Row>;
}

/** Part of a run that one batch brings: it never changes once the batch is cut. */
export interface RunPart<Row> {
  first: number;
  changes: Row[];
}

export interface Cut<Row> {
  /** New runs, from their first change on. */
  begun: RunPart<Row>[];
  /** Parts that are added to runs of earlier batches. */
  continued: RunPart<Row>[];
}

/** Run of a key that has none yet: it is full, so that the first change begins another. */
export function noRun<Row>(): OpenRun<Row> {
  return runOf(0, RUN_LENGTH);
}

/** Run that the table has. */
export function runOf<Row>(first: number, length: number): OpenRun<Row> {
  return { first, length, part: undefined };
}

/**
 * Cuts the changes of a batch, and moves the open runs on: the next batch may be cut before this one is written.
 *
 * @param changes of many keys, those of each in the order of their positions. Of several at one position the last holds:
 *   late events take effect together.
 */
export function cut<Row extends Change<Row>>(changes: readonly Row[]): Cut<Row> {
  const begun: RunPart<Row>[] = [];
  const continued: RunPart<Row>[] = [];
  for (const change of changes) {
    const { run } = change;
    const added = run.part?.changes;
    if (added?.at(-1)?.valid_from === change.valid_from) {
      added[added.length - 1] = change;
      continue;
    }
    if (run.length === RUN_LENGTH) {
      run.first = change.valid_from;
      run.length = 1;
      run.part = { first: run.first, changes: [change] };
      begun.push(run.part);
      continue;
    }
    run.length += 1;
    if (added !== undefined) {
      added.push(change);
      continue;
    }
    run.part = { first: run.first, changes: [change] };
    continued.push(run.part);
  }
  for (const { run } of changes) run.part = undefined;
  return { begun, continued };
}
