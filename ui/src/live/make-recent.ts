/** Latest changes, kept so that a snapshot a little older than the last of them can be brought up to date. */
import type { Change } from './change';

/** Changes in two seconds of a very busy log; an older snapshot is fetched again. */
const CAPACITY = 2_000;

export interface Recent {
  /** Forgets all changes; from now on every change after `position` will be added. */
  begin(position: number): void;
  add(changes: readonly Change[]): void;
  /** Position after which every change is kept; undefined before `begin`. */
  floor(): number | undefined;
  /** Position of the last change, or else the floor. */
  head(): number | undefined;
  /** Changes after `position`; undefined when some are not kept any more. */
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
