/** The tasks of the moment that is shown, counted by how they stand. */
import { For, Show } from 'solid-js';
import { StatusIcon } from '../parts/status-badge';
import type { StatusKind } from '../parts/status-kind';
import { count, text } from '../text';
import { replayText } from './replay-text';
import type { World, WorldCounts } from './world';

const COUNTERS: readonly { name: keyof WorldCounts; kind?: StatusKind; label: string; short?: string }[] = [
  { name: 'active', kind: 'running', label: text.counts.active },
  { name: 'completed', kind: 'completed', label: text.counts.completed, short: text.counts.completedShort },
  { name: 'failed', kind: 'failed', label: text.counts.failed },
  { name: 'cancelled', kind: 'cancelled', label: replayText.cancelled },
  { name: 'total', label: text.counts.total },
];

export function ReplayCounts(props: { world: World }) {
  const value = (name: keyof WorldCounts) => {
    const shown = count(Math.max(0, props.world.counts[name]));
    return props.world.doubt > 0 ? replayText.about(shown) : shown;
  };
  return (
    <dl class="flex w-full justify-between gap-x-2 sm:w-auto sm:gap-x-10">
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
            <dd class="text-xl leading-7 font-semibold">{value(counter.name)}</dd>
          </div>
        )}
      </For>
    </dl>
  );
}
