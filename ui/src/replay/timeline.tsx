/** Timeline of the range, with a playhead that can be dragged. */
import { createSignal, For, Show } from 'solid-js';
import { clockTime, fullTime } from '../parts/format';
import type { ReplayView } from './create-replay';
import { createThrottled } from './create-throttled';
import type { ReplayRange } from './load-replay-range';
import { replayText } from './replay-text';
import { PARTS, TimelineColumns } from './timeline-columns';

/** Milliseconds between two seeks while the pointer moves. */
const SEEK_EVERY_MS = 150;
/** Part of the range that Page Up and Page Down move by. */
const PAGE = 0.1;

export function Timeline(props: { range: ReplayRange; replay: ReplayView; seen: string }) {
  const [dragged, setDragged] = createSignal<number>();
  const span = () => Math.max(1, props.range.to - props.range.from);
  const playhead = () => dragged() ?? wanted() ?? props.replay.playhead();
  const part = () => Math.min(1, Math.max(0, (playhead() - props.range.from) / span()));
  /** A transform is moved by the compositor, without a layout sixty times a second. */
  const moved = () => ({ transform: `translateX(${part() * 100}%)` });
  /** Playhead for assistive technology, which cannot follow every painted frame. */
  const throttledPlayhead = createThrottled(playhead);
  let soughtAt = 0;
  let track: HTMLDivElement | undefined;

  /** Time that is being sought. */
  function wanted(): number | undefined {
    const { loading } = props.replay.state();
    return loading.name === 'seeking' && 'time' in loading.target
      ? Date.parse(loading.target.time)
      : undefined;
  }

  function seek(time: number): void {
    const { from, to, positions } = props.range;
    if (time <= from) props.replay.seek({ position: positions.after });
    else if (time >= to) props.replay.seek({ position: positions.until });
    else props.replay.seek({ time: new Date(Math.round(time)).toISOString() });
  }

  function drag(event: PointerEvent): void {
    const { left, width } = (track as HTMLDivElement).getBoundingClientRect();
    const time = props.range.from + Math.min(1, Math.max(0, (event.clientX - left) / width)) * span();
    setDragged(time);
    if (event.timeStamp - soughtAt < SEEK_EVERY_MS) return;
    soughtAt = event.timeStamp;
    seek(time);
  }

  function drop(): void {
    const time = dragged();
    soughtAt = 0;
    setDragged(undefined);
    if (time !== undefined) seek(time);
  }

  function onKey(event: KeyboardEvent): void {
    const to = TARGETS[event.key]?.(playhead(), props.range, span());
    if (to === undefined) return;
    event.preventDefault();
    seek(to);
  }

  return (
    <div class="select-none">
      <div
        ref={track}
        role="slider"
        tabIndex={0}
        aria-label={replayText.timeline}
        aria-valuemin={0}
        aria-valuemax={Math.round(span() / 1_000)}
        aria-valuenow={Math.round((throttledPlayhead() - props.range.from) / 1_000)}
        aria-valuetext={replayText.playhead(
          fullTime(new Date(throttledPlayhead()).toISOString()),
          props.seen,
        )}
        class="relative h-14 cursor-pointer touch-none rounded-md bg-sunken"
        onKeyDown={onKey}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          drag(event);
        }}
        onPointerMove={(event) => dragged() !== undefined && drag(event)}
        onPointerUp={drop}
        onPointerCancel={drop}
      >
        <div class="absolute inset-0 overflow-hidden rounded-md">
          <TimelineColumns range={props.range} />
          <div
            class="absolute inset-0 bg-sunken/65 will-change-transform"
            style={moved()}
            aria-hidden="true"
          />
        </div>
        <div
          class="pointer-events-none absolute inset-x-0 -inset-y-1 will-change-transform"
          style={moved()}
          aria-hidden="true"
        >
          <span class="absolute inset-y-0 w-0.5 -translate-x-1/2 rounded-full bg-accent" />
          <span class="absolute -top-1 size-2.5 -translate-x-1/2 rounded-full bg-accent" />
          <Show when={dragged() !== undefined}>
            <span
              class="absolute bottom-full mb-2 rounded-md bg-ink px-1.5 py-0.5 text-xs whitespace-nowrap text-canvas"
              style={{ transform: `translateX(-${part() * 100}%)` }}
            >
              {clockTime(new Date(playhead()).toISOString())}
            </span>
          </Show>
        </div>
      </div>
      <Ends range={props.range} />
    </div>
  );
}

const TARGETS: Readonly<Record<string, (playhead: number, range: ReplayRange, span: number) => number>> = {
  Home: (_, { from }) => from,
  End: (_, { to }) => to,
  PageUp: (playhead, _, span) => playhead - span * PAGE,
  PageDown: (playhead, _, span) => playhead + span * PAGE,
};

function Ends(props: { range: ReplayRange }) {
  const time = (at: number) => new Date(at).toISOString();
  const isOneDay = () =>
    new Date(props.range.from).toDateString() === new Date(props.range.to).toDateString();
  const label = (at: number) => (isOneDay() ? clockTime(time(at)) : dayAndTime.format(at));
  return (
    <div class="mt-1.5 flex items-center justify-between gap-3 text-xs text-faint">
      <time datetime={time(props.range.from)} title={fullTime(time(props.range.from))}>
        {label(props.range.from)}
      </time>
      <ul class="hidden gap-4 sm:flex" aria-hidden="true">
        <For each={PARTS}>
          {(part) => (
            <li class="flex items-center gap-1.5">
              <svg viewBox="0 0 8 8" class="size-2" aria-hidden="true">
                <rect width="8" height="8" rx="1.5" class={part.fill} />
              </svg>
              {replayText.legend[part.name]}
            </li>
          )}
        </For>
      </ul>
      <time datetime={time(props.range.to)} title={fullTime(time(props.range.to))}>
        {label(props.range.to)}
      </time>
    </div>
  );
}

const dayAndTime = new Intl.DateTimeFormat('en', {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
