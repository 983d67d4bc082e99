/** Playhead of a replay: the recorded time of what is shown, which runs on between two events while it plays. */
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import type { ReplayRange } from './load-replay-range';
import { type Anchor, playheadAt } from './playhead';
import { hasTarget, type ReplayState } from './replay-state';

export function createPlayhead(state: Accessor<ReplayState>, { from, to }: ReplayRange): Accessor<number> {
  const [playhead, setPlayhead] = createSignal(from);
  let anchor: Anchor = { time: from, at: 0 };
  let frame = 0;

  const time = createMemo(() => state().shown?.time);
  const speed = createMemo(() => state().pace.speed);
  const running = createMemo(() => {
    const { playing, connection, loading } = state();
    return playing && connection.name === 'open' && !hasTarget(loading);
  });

  function run(): void {
    setPlayhead(playheadAt(anchor, state().pace, running(), performance.now(), to));
    frame = running() ? requestAnimationFrame(run) : 0;
  }

  createEffect(
    on(time, (shown) => {
      if (shown === undefined) return;
      anchor = { time: Date.parse(shown), at: performance.now() };
      setPlayhead(anchor.time);
    }),
  );
  // A new anchor at the present playhead keeps the time that has passed at the speed before.
  createEffect(
    on([running, speed], () => {
      anchor = { time: playhead(), at: performance.now() };
      cancelAnimationFrame(frame);
      run();
    }),
  );
  onCleanup(() => cancelAnimationFrame(frame));

  return playhead;
}
