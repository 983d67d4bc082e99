/** Position that a step back or forward leads to. */
import { type EventSearch, lastEvents, nextEvent } from './events-around';
import type { PositionRange, ReplayState } from './replay-state';

export type StepDirection = 'back' | 'forward';

/**
 * @param search with a type, only its events are stepped to
 * @param from the position to step from
 * @returns undefined when there is no such event in the range
 */
export async function stepTarget(
  search: EventSearch,
  positions: PositionRange,
  direction: StepDirection,
  from: number,
): Promise<number | undefined> {
  if (direction === 'forward') return (await nextEvent(search, from, positions.until))?.position;
  if (search.type !== undefined) {
    return (await lastEvents(search, positions.after, from - 1, 1))[0]?.position;
  }
  // A step back undoes the last event: it leads to the event before, or to the start of the range.
  const [before, last] = await lastEvents(search, positions.after, from, 2);
  return last === undefined ? positions.after : before?.position;
}

/** Position of the replay, or the position that it seeks. */
export function playheadOf({ loading, shown, positions }: ReplayState): number {
  const target = loading.name === 'seeking' || loading.name === 'failed' ? loading.target : undefined;
  if (target !== undefined && 'position' in target) return target.position;
  return shown?.position ?? positions.after;
}
