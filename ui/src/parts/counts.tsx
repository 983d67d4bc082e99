/** The counters of a project, or of them all. */
import { For, Show } from 'solid-js';
import type { Totals } from '../lists/project-list';
import { count, text } from '../text';
import { StatusIcon } from './status-badge';

const COUNTERS = [
  { name: 'active', kind: 'running' },
  { name: 'completed', kind: 'completed' },
  { name: 'failed', kind: 'failed' },
  { name: 'total', kind: undefined },
] as const;

export function Counts(props: { totals: Totals }) {
  return (
    <dl class="grid grid-cols-4 gap-x-3 sm:flex sm:gap-x-10">
      <For each={COUNTERS}>
        {(counter) => (
          <div class="flex min-w-0 flex-col-reverse">
            <dt class="flex items-center gap-1 text-xs text-soft">
              {counter.kind === undefined ? undefined : <StatusIcon kind={counter.kind} size={13} />}
              <Show when={counter.name === 'completed'} fallback={text.counts[counter.name]}>
                <span class="sm:hidden">{text.counts.completedShort}</span>
                <span class="hidden sm:inline">{text.counts.completed}</span>
              </Show>
            </dt>
            <dd class="text-xl leading-7 font-semibold">{count(props.totals[counter.name])}</dd>
          </div>
        )}
      </For>
    </dl>
  );
}
