/** Player of a range, with the world at the playhead below it. */
import { createEffect, createMemo, on, Show } from 'solid-js';
import { clockTime, fullTime } from '../parts/format';
import { SkeletonRows } from '../parts/loaded';
import { ClockProvider } from '../parts/ticker';
import type { ReplayAddress } from './address';
import { ConnectionNotice } from './connection-notice';
import { CopyLink } from './copy-link';
import { createAnnouncement } from './create-announcement';
import { createReplay, type ReplayView } from './create-replay';
import { createShortcuts } from './create-shortcuts';
import { createThrottled } from './create-throttled';
import type { ReplayRange } from './load-replay-range';
import { PlayerControls } from './player-controls';
import { ReplayCounts } from './replay-counts';
import { ReplayEvents } from './replay-events';
import type { Shown } from './replay-state';
import { ReplayTask } from './replay-task';
import { ReplayTasks } from './replay-tasks';
import { replayText } from './replay-text';
import { Timeline } from './timeline';

export interface PlayerProps {
  range: ReplayRange;
  address: ReplayAddress;
  /** Called with the parts of the address that follow the player, while it is paused. */
  onAddress(change: Pick<ReplayAddress, 'at' | 'speed' | 'maxGap'>): void;
  onReset(): void;
}

export function Player(props: PlayerProps) {
  const replay = createReplay(props.range, props.address, () => props.onReset());
  createShortcuts(replay);
  const state = replay.state;
  const shown = createMemo(() => state().shown);
  const seen = createMemo(() => seenText(shown(), props.range.total));
  const announcement = createAnnouncement(replay, seen);
  /** Longest text of the position: its room is kept, so that the timeline does not jump away under the pointer. */
  const widest = createMemo(() => seenAt(props.range.positions.until, props.range.total, props.range.total));

  const pace = createMemo(() => state().pace);
  /** Position for the address; undefined while it plays, since it would change with every event. */
  const kept = createMemo(() => {
    const { playing, loading } = state();
    return playing || loading.name !== 'idle' ? undefined : shown()?.position;
  });
  createEffect(
    on(
      [kept, pace],
      ([at, { speed, maxGap }]) => at !== undefined && props.onAddress({ at, speed, maxGap }),
      {
        defer: true,
      },
    ),
  );

  return (
    <>
      <section class="sticky top-12 overflow-x-clip z-10 -mx-4 mb-6 border-b border-line bg-canvas px-4 pt-3 pb-3 lg:-mx-8 lg:px-8">
        <div class="mb-3 flex flex-wrap items-center gap-x-6 gap-y-2">
          <PlayheadTime replay={replay} shown={shown()} seen={seen()} widest={widest()} />
          <div class="sm:ml-auto">
            <PlayerControls replay={replay} />
          </div>
        </div>
        <Timeline range={props.range} replay={replay} seen={seen()} />
        <ConnectionNotice state={state()} onRetry={replay.retry} onLookUp={props.onReset} />
      </section>
      <Show
        when={shown()}
        fallback={
          <Show when={state().loading.name !== 'failed'}>
            <SkeletonRows rows={8} />
          </Show>
        }
      >
        {(present) => <WorldView shown={present()} replay={replay} range={props.range} />}
      </Show>
      <p class="sr-only" role="status">
        {announcement()}
      </p>
    </>
  );
}

/** Time at the playhead, large enough to be read from afar. */
function PlayheadTime(props: { replay: ReplayView; shown: Shown | undefined; seen: string; widest: string }) {
  const time = createMemo(() => new Date(Math.floor(props.replay.playhead() / 1_000) * 1_000).toISOString());
  return (
    <div class="flex min-w-0 flex-wrap items-baseline gap-x-3">
      <time datetime={time()} title={fullTime(time())} class="text-xl leading-7 font-semibold">
        {clockTime(time())}
      </time>
      <span class="text-soft">{day.format(new Date(time()))}</span>
      <span
        class="text-xs text-faint after:invisible after:block after:h-0 after:content-[attr(data-widest)]"
        data-widest={props.widest}
      >
        {props.shown === undefined ? '' : props.seen}
      </span>
    </div>
  );
}

const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });

function seenText(shown: Shown | undefined, total: number | undefined): string {
  if (shown === undefined) return '';
  return seenAt(shown.position, shown.world.seen, total);
}

function seenAt(at: number, seen: number | undefined, total: number | undefined): string {
  const position = replayText.position(at);
  if (seen === undefined || total === undefined) return position;
  return `${replayText.seen(seen, total)} · ${position}`;
}

/** World below the player, with relative times by the playhead. */
function WorldView(props: { shown: Shown; replay: ReplayView; range: ReplayRange }) {
  const shown = createThrottled(() => props.shown);
  const clock = createThrottled(props.replay.playhead);
  const isSeeking = () => props.replay.state().loading.name === 'seeking';
  const scope = () => props.range.scope;
  return (
    <ClockProvider value={clock}>
      {/* Transitions are off while it plays: rows that change eight times a second would be painted without end. */}
      <div
        class="contain-layout"
        classList={{ 'opacity-60': isSeeking(), '[&_*]:transition-none': props.replay.state().playing }}
        aria-busy={isSeeking()}
      >
        <Show
          when={scope().taskId === undefined}
          fallback={<ReplayTask shown={shown()} range={props.range} />}
        >
          <div class="mb-6 flex flex-wrap items-center justify-between gap-4">
            <ReplayCounts world={shown().world} />
            <CopyLink />
          </div>
          <div class="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
            <section class="min-w-0">
              <h2 class="mb-3 text-base font-semibold">{replayText.tasks.title}</h2>
              <ReplayTasks world={shown().world} position={shown().position} />
            </section>
            <section class="min-w-0">
              <h2 class="mb-3 text-base font-semibold">{replayText.events.title}</h2>
              <ReplayEvents events={shown().world.recent} showProject={scope().project === undefined} />
            </section>
          </div>
        </Show>
      </div>
    </ClockProvider>
  );
}
