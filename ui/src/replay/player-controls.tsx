/** Controls of the player: play and pause, steps, speed, and whether gaps are shortened. */
import ChevronLeft from 'lucide-solid/icons/chevron-left';
import ChevronRight from 'lucide-solid/icons/chevron-right';
import ChevronsLeft from 'lucide-solid/icons/chevrons-left';
import ChevronsRight from 'lucide-solid/icons/chevrons-right';
import Pause from 'lucide-solid/icons/pause';
import Play from 'lucide-solid/icons/play';
import { For, type JSX, Show } from 'solid-js';
import { Button } from '../parts/button';
import { DEFAULT_MAX_GAP } from './address';
import type { ReplayView } from './create-replay';
import { replayText } from './replay-text';

const SPEEDS = [0.5, 1, 2, 4, 8, 16, 32, 64, 'max'] as const;

export function PlayerControls(props: { replay: ReplayView }) {
  const words = replayText.transport;
  const state = () => props.replay.state();
  const speeds = () =>
    SPEEDS.some((speed) => speed === state().pace.speed) ? SPEEDS : [state().pace.speed, ...SPEEDS];

  function setSpeed(value: string): void {
    props.replay.setPace({ ...state().pace, speed: value === 'max' ? value : Number(value) });
  }

  return (
    <fieldset class="flex flex-wrap items-center gap-x-4 gap-y-2" title={words.keys}>
      <legend class="sr-only">{words.label}</legend>
      <div class="flex items-center gap-0.5">
        <IconButton
          label={words.failureBack}
          class="!text-failed"
          onClick={() => props.replay.step('back', 'task.failed')}
        >
          <ChevronsLeft size={18} aria-hidden="true" />
        </IconButton>
        <IconButton label={words.back} onClick={() => props.replay.step('back')}>
          <ChevronLeft size={18} aria-hidden="true" />
        </IconButton>
        <Button look="primary" class="mx-1 w-24" onClick={() => props.replay.toggle()}>
          <Show when={state().playing} fallback={<Play size={15} class="fill-current" aria-hidden="true" />}>
            <Pause size={15} class="fill-current" aria-hidden="true" />
          </Show>
          {state().playing ? words.pause : words.play}
        </Button>
        <IconButton label={words.forward} onClick={() => props.replay.step('forward')}>
          <ChevronRight size={18} aria-hidden="true" />
        </IconButton>
        <IconButton
          label={words.failureForward}
          class="!text-failed"
          onClick={() => props.replay.step('forward', 'task.failed')}
        >
          <ChevronsRight size={18} aria-hidden="true" />
        </IconButton>
      </div>
      <label class="flex items-center gap-2 text-soft">
        <span>{words.speed}</span>
        <select
          class="tap rounded-md border border-line bg-surface px-2 text-ink"
          value={String(state().pace.speed)}
          onChange={(event) => setSpeed(event.currentTarget.value)}
        >
          <For each={speeds()}>
            {(speed) => (
              <option value={String(speed)} selected={speed === state().pace.speed}>
                {speed === 'max' ? words.max : words.times(speed)}
              </option>
            )}
          </For>
        </select>
      </label>
      <label
        class="tap flex items-center gap-2 text-soft"
        title={words.shortenTo((state().pace.maxGap ?? DEFAULT_MAX_GAP) / 1_000)}
      >
        <input
          type="checkbox"
          class="size-4 accent-accent"
          checked={state().pace.maxGap !== undefined}
          onChange={(event) =>
            props.replay.setPace({
              ...state().pace,
              maxGap: event.currentTarget.checked ? DEFAULT_MAX_GAP : undefined,
            })
          }
        />
        {words.shorten}
      </label>
    </fieldset>
  );
}

function IconButton(props: { label: string; class?: string; onClick(): void; children: JSX.Element }) {
  return (
    <Button
      look="quiet"
      class={`min-w-8 !px-1.5 ${props.class ?? ''}`}
      aria-label={props.label}
      title={props.label}
      onClick={() => props.onClick()}
    >
      {props.children}
    </Button>
  );
}
