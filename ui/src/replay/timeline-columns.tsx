/** Columns of the timeline: the events of each part of the range, by their kind. */
import { createMemo, For, Show } from 'solid-js';
import type { ReplayRange } from './load-replay-range';
import { columnsOf, type Tally } from './marks';

export const PARTS = [
  { name: 'going', fill: 'fill-line-strong' },
  { name: 'completed', fill: 'fill-completed' },
  { name: 'failed', fill: 'fill-failed' },
] as const satisfies readonly { name: keyof Tally; fill: string }[];

/** Least height of failures in per cent, so that none is lost among many reports. */
const MIN_FAILED = 10;

const MAX_SPACE = 2;

export function TimelineColumns(props: { range: ReplayRange }) {
  const columns = createMemo(() => {
    const found = columnsOf(props.range.marks, props.range.from, props.range.to);
    const most = found.reduce((max, column) => Math.max(max, sum(column)), 1);
    return found.map((column) => ({
      ...heights(column, most),
      // A space between columns, and not so wide that it looks like a gap in time.
      left: column.left * 1_000 + spaceOf(column) / 2,
      width: column.width * 1_000 - spaceOf(column),
    }));
  });
  return (
    <svg
      class="absolute inset-0 size-full"
      viewBox="0 0 1000 100"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <For each={columns()}>
        {(column) => (
          <For each={PARTS}>
            {(part) => (
              <Show when={column[part.name].height > 0}>
                <rect
                  x={column.left}
                  width={column.width}
                  y={column[part.name].top}
                  height={column[part.name].height}
                  class={part.fill}
                />
              </Show>
            )}
          </For>
        )}
      </For>
    </svg>
  );
}

/** Space beside a column in thousandths of the timeline: a fifth of the column, and never more than a line is wide. */
function spaceOf({ width }: { width: number }): number {
  return Math.min(width * 200, MAX_SPACE);
}

function sum({ going, completed, failed }: Tally): number {
  return going + completed + failed;
}

type Bar = Record<keyof Tally, { top: number; height: number }>;

/** Heights by the square root, so that quiet minutes can be seen beside busy ones; failures are at the bottom. */
function heights(column: Tally, most: number): Bar {
  const all = sum(column);
  const height = all === 0 ? 0 : Math.sqrt(all / most) * 88;
  const failed = column.failed === 0 ? 0 : Math.max(MIN_FAILED, (height * column.failed) / all);
  const completed = all === 0 ? 0 : (height * column.completed) / all;
  const going = all === 0 ? 0 : (height * column.going) / all;
  return {
    failed: { top: 100 - failed, height: failed },
    completed: { top: 100 - failed - completed, height: completed },
    going: { top: 100 - failed - completed - going, height: going },
  };
}
