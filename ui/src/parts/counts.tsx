/** Counts of tasks by status: every task is in exactly one of the counts before the total. */
import { For, Show } from 'solid-js';
import type { Totals } from '../lists/project-list';
import { text } from '../text';
import { StatusIcon } from './status-badge';
import type { StatusKind } from './status-kind';

interface Counter {
  name: keyof Totals;
  kind?: StatusKind;
  label: string;
  /** Label for narrow screens. */
  short?: string;
}

const COUNTERS: readonly Counter[] = [
  { name: 'active', kind: 'running', label: text.counts.active },
  { name: 'completed', kind: 'completed', label: text.counts.completed, short: text.counts.completedShort },
  { name: 'failed', kind: 'failed', label: text.counts.failed },
  { name: 'cancelled', kind: 'cancelled', label: text.counts.cancelled },
  { name: 'total', label: text.counts.total },
];

export function Counts(props: { value(name: keyof Totals): string }) {
  return (
    <dl class="flex w-full justify-between gap-x-2 sm:w-auto sm:justify-start sm:gap-x-10">
      <For each={COUNTERS}>
        {(counter) => (
          <div class="flex min-w-0 flex-col-reverse">
            <dt class="flex items-center gap-1 text-2xs whitespace-nowrap text-soft sm:text-xs">
              <Show when={counter.kind}>{(kind) => <StatusIcon kind={kind()} size={13} />}</Show>
              <Show when={counter.short} fallback={counter.label}>
                <span class="sm:hidden">{counter.short}</span>
                <span class="hidden sm:inline">{counter.label}</span>
              </Show>
            </dt>
            <dd class="text-xl leading-7 font-semibold">{props.value(counter.name)}</dd>
          </div>
        )}
      </For>
    </dl>
  );
}
