/** `makeReplay` for components: its state, the clock between events, and steps from event to event. */
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup, untrack } from 'solid-js';
import { socketAddress } from '../api/base-path';
import { useLive } from '../live/live-context';
import type { ReplayAddress } from './address';
import { createPlayhead } from './create-playhead';
import { lastEvents, nextEvent } from './events-around';
import { gapAfter } from './gap';
import type { ReplayRange } from './load-replay-range';
import { loadShown } from './load-shown';
import { makeReplay } from './make-replay';
import type { Pace, ReplayState, Target } from './replay-state';
import { replayText } from './replay-text';

export interface ReplayView {
  state: Accessor<ReplayState>;
  /** Recorded milliseconds since 1970. */
  playhead: Accessor<number>;
  /** What people who do not see the page are told of. */
  announcement: Accessor<string>;
  play(): void;
  pause(): void;
  toggle(): void;
  seek(target: Target): void;
  setPace(pace: Pace): void;
  /** To the event, or the failure, behind or before this moment. */
  step(direction: 'back' | 'forward', type?: 'task.failed'): void;
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
    // REST refuses the key, too, and whoever asks for another one is told there.
    onKeyRefused: () => void client.read('getStats').catch(() => undefined),
    onReset,
  });
  // Set as the replay was made.
  const present = state as Accessor<ReplayState>;
  const playhead = createPlayhead(present, range);
  createSkips(present, playhead, range, replay.skip);
  const unsubscribe = feed.subscribe({ onChanges() {}, onReset() {}, onConnected: replay.retry });
  onCleanup(() => {
    unsubscribe();
    stepping?.abort();
    replay.stop();
  });

  async function step(direction: 'back' | 'forward', type?: 'task.failed'): Promise<void> {
    if (stepping !== undefined) return;
    const controller = new AbortController();
    stepping = controller;
    replay.pause();
    const search = { client, scope, type, signal: controller.signal };
    try {
      const to = await (direction === 'forward' ? ahead : behind)(search, placeOf(untrack(present)));
      if (to === undefined) setAnnouncement(nothingThere(direction, type));
      else replay.seek({ position: to });
    } catch {
      // Going to where it stands already fetches again, and shows why that fails.
      if (!controller.signal.aborted) replay.seek({ position: placeOf(untrack(present)) });
    } finally {
      stepping = undefined;
    }
  }

  type Search = Parameters<typeof nextEvent>[0];

  async function ahead(search: Search, from: number): Promise<number | undefined> {
    return (await nextEvent(search, from, positions.until))?.position;
  }

  async function behind(search: Search, from: number): Promise<number | undefined> {
    if (search.type !== undefined)
      return (await lastEvents(search, positions.after, from - 1, 1))[0]?.position;
    // Back is to before the last event: to the one before it, or to where nothing has happened yet.
    const [before, last] = await lastEvents(search, positions.after, from, 2);
    return last === undefined ? positions.after : before?.position;
  }

  function placeOf({ loading, shown }: ReplayState): number {
    const to = loading.name === 'seeking' || loading.name === 'failed' ? loading.target : undefined;
    return to !== undefined && 'position' in to ? to.position : (shown?.position ?? positions.after);
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

function nothingThere(direction: 'back' | 'forward', type: 'task.failed' | undefined): string {
  if (type === undefined) return replayText.announcements.noLaterEvent;
  return direction === 'back'
    ? replayText.announcements.noEarlierFailure
    : replayText.announcements.noLaterFailure;
}

/**
 * The server shortens the silences of a project. Those of one task in a project where much goes on are
 * passed over from here.
 */
function createSkips(
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
