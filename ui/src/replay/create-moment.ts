/** The clock of a replay: it stands at what is shown, and runs on between two events while it plays. */
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import type { Stretch } from './load-stretch';
import { type Anchor, momentAt } from './moment';
import { isAway, type ReplayState } from './replay-types';

export function createMoment(state: Accessor<ReplayState>, { from, to }: Stretch): Accessor<number> {
  const [moment, setMoment] = createSignal(from);
  let anchor: Anchor = { time: from, at: 0 };
  let frame = 0;

  const time = createMemo(() => state().shown?.time);
  const speed = createMemo(() => state().pace.speed);
  const running = createMemo(() => {
    const { playing, link, base } = state();
    return playing && link.name === 'open' && !isAway(base);
  });

  function run(): void {
    setMoment(momentAt(anchor, state().pace, running(), performance.now(), to));
    frame = running() ? requestAnimationFrame(run) : 0;
  }

  createEffect(
    on(time, (shown) => {
      if (shown === undefined) return;
      anchor = { time: Date.parse(shown), at: performance.now() };
      setMoment(anchor.time);
    }),
  );
  // What has passed at one speed stays passed at another, and while it is paused.
  createEffect(
    on([running, speed], () => {
      anchor = { time: moment(), at: performance.now() };
      cancelAnimationFrame(frame);
      run();
    }),
  );
  onCleanup(() => cancelAnimationFrame(frame));

  return moment;
}
