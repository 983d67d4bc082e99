/**
 * The changes that came last, so that a snapshot which is a little older than the last of them can be
 * brought up to it.
 */
import type { Change } from './change';

/** Two seconds of a very busy log; a snapshot that is older than that is fetched again. */
const CAPACITY = 2_000;

export interface Recent {
  /** Forgets everything; from here on every change after `position` will be added. */
  begin(position: number): void;
  add(changes: readonly Change[]): void;
  /** Every change after this position is here; undefined before `begin`. */
  floor(): number | undefined;
  /** The last change, or else the floor. */
  head(): number | undefined;
  /** Undefined when some of them are not here any more. */
  after(position: number): readonly Change[] | undefined;
}

export function makeRecent(capacity = CAPACITY): Recent {
  let floor: number | undefined;
  let changes: Change[] = [];

  return {
    begin(position) {
      floor = position;
      changes = [];
    },
    add(added) {
      changes = changes.concat(added);
      if (changes.length <= capacity) return;
      const dropped = changes.length - capacity;
      floor = changes[dropped - 1]?.position ?? floor;
      changes = changes.slice(dropped);
    },
    floor: () => floor,
    head: () => changes.at(-1)?.position ?? floor,
    after(position) {
      if (floor === undefined || position < floor) return undefined;
      const first = changes.findIndex((change) => change.position > position);
      return first === -1 ? [] : changes.slice(first);
    },
  };
}
