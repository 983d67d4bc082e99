/**
 * Skips of gaps in the replay of one task. The server shortens the gaps of a project; a gap of one task in a busy project
 * is none to the server, so it is skipped from here.
 */
import { type Accessor, createEffect, createMemo, on, onCleanup } from 'solid-js';
import { gapAfter } from './gap';
import type { ReplayRange } from './load-replay-range';
import type { ReplayState } from './replay-state';

export function createGapSkips(
  state: Accessor<ReplayState>,
  playhead: Accessor<number>,
  { events }: ReplayRange,
  skip: (position: number) => void,
): void {
  if (events === undefined) return;
  const gap = createMemo(() => gapAfter(events, state()), undefined, {
    equals: (a, b) => a?.next === b?.next && a?.playedMs === b?.playedMs,
  });
  let timer = 0;
  createEffect(
    on(gap, (found) => {
      window.clearTimeout(timer);
      if (found === undefined || found.recordedAt - playhead() <= found.maxGap) return;
      timer = window.setTimeout(() => skip(found.next - 1), found.playedMs);
    }),
  );
  onCleanup(() => window.clearTimeout(timer));
}
