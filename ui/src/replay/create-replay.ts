/** Replay for components: `makeReplay` with its playhead, and steps from event to event. */
import { type Accessor, createSignal, onCleanup, untrack } from 'solid-js';
import { socketAddress } from '../api/base-path';
import { useLive } from '../live/live-context';
import type { ReplayAddress } from './address';
import { createGapSkips } from './create-gap-skips';
import { createPlayhead } from './create-playhead';
import type { ReplayRange } from './load-replay-range';
import { loadShown } from './load-shown';
import { makeReplay } from './make-replay';
import type { Pace, ReplayState, Target } from './replay-state';
import { replayText } from './replay-text';
import { playheadOf, type StepDirection, stepTarget } from './step-target';

export interface ReplayView {
  state: Accessor<ReplayState>;
  /** Recorded time in milliseconds since 1970. */
  playhead: Accessor<number>;
  /** Result of a step, for screen readers. */
  announcement: Accessor<string>;
  play(): void;
  pause(): void;
  toggle(): void;
  seek(target: Target): void;
  setPace(pace: Pace): void;
  /** Seeks the event, or the failure, before or behind the playhead. */
  step(direction: StepDirection, type?: 'task.failed'): void;
  retry(): void;
}

export function createReplay(range: ReplayRange, address: ReplayAddress, onReset: () => void): ReplayView {
  const { apiKey, client, feed } = useLive();
  const { positions, scope } = range;
  const [state, setState] = createSignal<ReplayState>();
  const [announcement, setAnnouncement] = createSignal('');
  let stepping: AbortController | undefined;

  const replay = makeReplay({
    apiKey,
    origin: socketAddress(),
    positions,
    pace: { speed: address.speed, maxGap: address.maxGap },
    target: { position: address.at ?? positions.after },
    playing: false,
    load: (target, signal) => loadShown(client, range, target, signal),
    onState: setState,
    // REST refuses the key, too, and its client then opens the key gate.
    onKeyRefused: () => void client.read('getStats').catch(() => undefined),
    onReset,
  });
  // `makeReplay` has set the first state.
  const present = state as Accessor<ReplayState>;
  const playhead = createPlayhead(present, range);
  createGapSkips(present, playhead, range, replay.skip);
  const unsubscribe = feed.subscribe({ onChanges() {}, onReset() {}, onConnected: replay.retry });
  onCleanup(() => {
    unsubscribe();
    stepping?.abort();
    replay.stop();
  });

  async function step(direction: StepDirection, type?: 'task.failed'): Promise<void> {
    if (stepping !== undefined) return;
    const controller = new AbortController();
    stepping = controller;
    replay.pause();
    const search = { client, scope, type, signal: controller.signal };
    try {
      const to = await stepTarget(search, positions, direction, playheadOf(untrack(present)));
      if (to === undefined) setAnnouncement(nothingThere(direction, type));
      else replay.seek({ position: to });
    } catch {
      // A seek to the present playhead reads again, and shows the failure.
      if (!controller.signal.aborted) replay.seek({ position: playheadOf(untrack(present)) });
    } finally {
      stepping = undefined;
    }
  }

  return {
    state: present,
    playhead,
    announcement,
    play: replay.play,
    pause: replay.pause,
    toggle: () => (untrack(present).playing ? replay.pause() : replay.play()),
    seek: replay.seek,
    setPace: replay.setPace,
    step: (direction, type) => void step(direction, type),
    retry: replay.retry,
  };
}

function nothingThere(direction: StepDirection, type: 'task.failed' | undefined): string {
  if (type === undefined) return replayText.announcements.noLaterEvent;
  return direction === 'back'
    ? replayText.announcements.noEarlierFailure
    : replayText.announcements.noLaterFailure;
}
