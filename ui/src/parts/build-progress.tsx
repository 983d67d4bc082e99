/** Progress of a release that builds its read models anew, with the estimated time of its end. */
import type { BuildProgress as Progress } from '@att/contracts';
import { createMemo, Show } from 'solid-js';
import { text } from '../text';
import { buildEstimateAt } from './build-estimate';
import { clockTime, duration, fullTime } from './format';
import { now } from './ticker';

export function BuildProgress(props: { progress: Progress }) {
  const estimate = createMemo(() => buildEstimateAt(props.progress, now()));
  const percent = () => Math.floor(estimate().part * 100);
  return (
    <div class="flex w-full max-w-xl flex-col gap-2">
      <div
        role="progressbar"
        aria-label={text.build.label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent()}
        class="h-1.5 overflow-hidden rounded-full bg-line"
      >
        <div class="h-full rounded-full bg-accent transition-[width]" style={{ width: `${percent()}%` }} />
      </div>
      <p class="text-xs text-soft">
        {text.build.soFar(estimate().position, estimate().head)} ·{' '}
        {text.build.stages[props.progress.stage] ?? props.progress.stage}
      </p>
      <p>
        <Show when={props.progress.expected_at} fallback={text.build.noEnd}>
          {(at) => (
            <time datetime={at()} title={fullTime(at())}>
              {(estimate().secondsLeft ?? 0) < 1
                ? text.build.soon
                : text.build.end(clockTime(at()), duration(Math.round(estimate().secondsLeft ?? 0)))}
            </time>
          )}
        </Show>
      </p>
    </div>
  );
}
