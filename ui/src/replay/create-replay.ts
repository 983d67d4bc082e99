/** `makeReplay` for components: its state, the clock between events, and steps from event to event. */
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup, untrack } from 'solid-js';
import { socketAddress } from '../api/base-path';
import { useLive } from '../live/live-context';
import type { ReplayAddress } from './address';
import { createMoment } from './create-moment';
import { lastEvents, nextEvent } from './events-around';
import { loadShown } from './load-shown';
import type { Stretch } from './load-stretch';
import { makeReplay } from './make-replay';
import { replayText } from './replay-text';
import type { Pace, ReplayState, Target } from './replay-types';
import { silenceAfter } from './silence';

export interface ReplayView {
  state: Accessor<ReplayState>;
  /** Recorded milliseconds since 1970. */
  moment: Accessor<number>;
  /** What people who do not see the page are told of. */
  said: Accessor<string>;
  play(): void;
  pause(): void;
  toggle(): void;
  seek(target: Target): void;
  setPace(pace: Pace): void;
  /** To the event, or the failure, behind or before this moment. */
  step(direction: 'back' | 'forward', type?: 'task.failed'): void;
  retry(): void;
}

export function createReplay(stretch: Stretch, address: ReplayAddress, onStartOver: () => void): ReplayView {
  const { apiKey, client, feed } = useLive();
  const { plan, scope } = stretch;
  const [state, setState] = createSignal<ReplayState>();
  const [said, setSaid] = createSignal('');
  let stepping: AbortController | undefined;

  const replay = makeReplay({
    apiKey,
    origin: socketAddress(),
    plan,
    pace: { speed: address.speed, maxGap: address.maxGap },
    target: { position: address.at ?? plan.after },
    playing: false,
    load: (target, signal) => loadShown(client, stretch, target, signal),
    onState: setState,
    // REST refuses the key, too, and whoever asks for another one is told there.
    onKeyTrouble: () => void client.read('getStats').catch(() => undefined),
    onStartOver,
  });
  // Set as the replay was made.
  const present = state as Accessor<ReplayState>;
  const moment = createMoment(present, stretch);
  createSkips(present, moment, stretch, replay.skip);
  const unsubscribe = feed.subscribe({ onChanges() {}, onStartOver() {}, onConnected: replay.retry });
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
      if (to === undefined) setSaid(nothingThere(direction, type));
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
    return (await nextEvent(search, from, plan.until))?.position;
  }

  async function behind(search: Search, from: number): Promise<number | undefined> {
    if (search.type !== undefined) return (await lastEvents(search, plan.after, from - 1, 1))[0]?.position;
    // Back is to before the last event: to the one before it, or to where nothing has happened yet.
    const [before, last] = await lastEvents(search, plan.after, from, 2);
    return last === undefined ? plan.after : before?.position;
  }

  function placeOf({ base, shown }: ReplayState): number {
    const to = base.name === 'seeking' || base.name === 'failed' ? base.target : undefined;
    return to !== undefined && 'position' in to ? to.position : (shown?.position ?? plan.after);
  }

  return {
    state: present,
    moment,
    said,
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
  if (type === undefined) return replayText.said.noLaterEvent;
  return direction === 'back' ? replayText.said.noEarlierFailure : replayText.said.noLaterFailure;
}

/**
 * The server shortens the silences of a project. Those of one task in a project where much goes on are
 * passed over from here.
 */
function createSkips(
  state: Accessor<ReplayState>,
  moment: Accessor<number>,
  { events }: Stretch,
  skip: (position: number) => void,
): void {
  if (events === undefined) return;
  const silence = createMemo(() => silenceAfter(events, state()), undefined, {
    equals: (a, b) => a?.next === b?.next && a?.playedMs === b?.playedMs,
  });
  let timer = 0;
  createEffect(
    on(silence, (found) => {
      window.clearTimeout(timer);
      if (found === undefined || found.recordedAt - moment() <= found.maxGap) return;
      timer = window.setTimeout(() => skip(found.next - 1), found.playedMs);
    }),
  );
  onCleanup(() => window.clearTimeout(timer));
}
