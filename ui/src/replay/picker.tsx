/** Picker of the scope and the range of a replay. Every choice is an address. */
import { useNavigate } from '@solidjs/router';
import CalendarClock from 'lucide-solid/icons/calendar-clock';
import X from 'lucide-solid/icons/x';
import { createMemo, createSignal, For, Show } from 'solid-js';
import type { createProjects } from '../lists/create-projects';
import { serverClock } from '../live/server-clock';
import { Button } from '../parts/button';
import { SenderText } from '../parts/sender-text';
import { plainText } from '../parts/visible-text';
import { type ReplayAddress, replayHref } from './address';
import { replayText } from './replay-text';
import { FIELD, Labelled, TimeRangeFields } from './time-range';

const MINUTE = 60_000;

const PRESETS = [
  { label: replayText.range.minutes, ms: 15 * MINUTE },
  { label: replayText.range.hour, ms: 60 * MINUTE },
  { label: replayText.range.day, ms: 24 * 60 * MINUTE },
] as const;

export function Picker(props: {
  address: ReplayAddress;
  projects: ReturnType<typeof createProjects>;
  /** Times of the range, once they are known: the fields begin with them. */
  times: { from: number; to: number } | undefined;
  /** Looks the range up again, with the events since. */
  onAgain(): void;
}) {
  const navigate = useNavigate();
  const words = replayText;
  const [exact, setExact] = createSignal(false);
  const names = createMemo(() => {
    const known = props.projects.data()?.rows.map((row) => row.name) ?? [];
    const { project } = props.address.scope;
    return project === undefined || known.includes(project) ? known : [project, ...known];
  });

  /** Opens another range, which begins at its start. */
  const go = (change: Partial<ReplayAddress>) =>
    navigate(replayHref({ ...props.address, at: undefined, ...change }));

  function last(ms: number): void {
    const now = serverClock.now();
    go({ from: new Date(now - ms).toISOString(), to: new Date(now).toISOString() });
  }

  const isWhole = () => props.address.from === undefined && props.address.to === undefined;

  return (
    <div class="mb-4 flex flex-wrap items-end gap-x-5 gap-y-3">
      <Labelled label={words.scope.label}>
        {(id) => (
          <select
            id={id}
            class={`${FIELD} w-52`}
            onChange={(event) => {
              const project = event.currentTarget.value || undefined;
              go({ scope: { project, taskId: undefined } });
            }}
          >
            <option value="" selected={props.address.scope.project === undefined}>
              {words.scope.everything}
            </option>
            <For each={names()}>
              {(name) => (
                <option value={name} selected={name === props.address.scope.project}>
                  {plainText(name)}
                </option>
              )}
            </For>
          </select>
        )}
      </Labelled>
      <Show when={props.address.scope.taskId}>
        {(taskId) => (
          <div class="flex min-w-0 flex-col gap-1">
            <span class="text-xs text-faint">{words.scope.task}</span>
            <span class="tap flex max-w-72 min-w-0 items-center gap-1 rounded-md bg-accent-wash pl-2.5 font-mono text-xs text-accent">
              <SenderText class="truncate" value={taskId()} titled />
              <Button
                look="quiet"
                class="!px-2"
                aria-label={words.scope.leaveTask}
                title={words.scope.leaveTask}
                onClick={() => go({ scope: { ...props.address.scope, taskId: undefined } })}
              >
                <X size={14} aria-hidden="true" />
              </Button>
            </span>
          </div>
        )}
      </Show>
      <fieldset class="flex min-w-0 flex-col gap-1">
        {/* Browsers place a visible legend differently, so it is for screen readers only. */}
        <legend class="sr-only">{words.range.label}</legend>
        <span class="text-xs text-faint" aria-hidden="true">
          {words.range.label}
        </span>
        <div class="flex flex-wrap gap-1.5">
          <For each={PRESETS}>
            {(preset) => (
              <Button class="!px-2.5" onClick={() => last(preset.ms)}>
                <span class="sr-only sm:not-sr-only">{words.range.last}</span>
                {preset.label}
              </Button>
            )}
          </For>
          <Button
            aria-pressed={isWhole()}
            class="!px-2.5 aria-pressed:border-transparent aria-pressed:bg-accent-wash aria-pressed:text-accent"
            onClick={() => (isWhole() ? props.onAgain() : go({ from: undefined, to: undefined }))}
          >
            {words.range.whole}
          </Button>
          {/* Narrow screens show the exact times on request. */}
          <Button
            class="!px-2.5 sm:hidden"
            aria-expanded={exact()}
            aria-label={words.range.exact}
            title={words.range.exact}
            onClick={() => setExact(!exact())}
          >
            <CalendarClock size={15} aria-hidden="true" />
          </Button>
        </div>
      </fieldset>
      <div class="sm:contents" classList={{ hidden: !exact() }}>
        <Show when={JSON.stringify([props.times, props.address.from, props.address.to])} keyed>
          {(_) => <TimeRangeFields address={props.address} times={props.times} onChange={go} />}
        </Show>
      </div>
    </div>
  );
}
