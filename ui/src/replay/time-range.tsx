/** Fields for the start and end of a time range, by the second, on the clock of this computer. */
import { createSignal, createUniqueId, For, type JSX, Show } from 'solid-js';
import { Button } from '../parts/button';
import type { ReplayAddress } from './address';
import { instantOf, instantsOf, localInput, offsetName, wholeSecond } from './local-time';
import { replayText } from './replay-text';

export const FIELD = 'tap min-w-0 rounded-md border border-line bg-surface px-2 text-ink';

export function TimeRangeFields(props: {
  address: ReplayAddress;
  /** Times of the range, once they are known: the fields begin with them. */
  times: { from: number; to: number } | undefined;
  onChange(change: Pick<ReplayAddress, 'from' | 'to'>): void;
}) {
  const first = (given: string | undefined, known: number | undefined, rounded: 'down' | 'up') => {
    const time = given !== undefined ? Date.parse(given) : known;
    return time === undefined ? undefined : wholeSecond(time, rounded);
  };
  const start = first(props.address.from, props.times?.from, 'down');
  const end = first(props.address.to, props.times?.to, 'up');
  const [from, setFrom] = createSignal(start);
  const [to, setTo] = createSignal(end);
  const isChanged = () => from() !== start || to() !== end;
  const isBackwards = () => (to() ?? Number.POSITIVE_INFINITY) < (from() ?? Number.NEGATIVE_INFINITY);
  const wire = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString());

  return (
    <form
      class="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBackwards()) props.onChange({ from: wire(from()), to: wire(to()) });
      }}
    >
      <TimeField label={replayText.range.from} time={from()} invalid={false} onTime={setFrom} />
      <TimeField label={replayText.range.to} time={to()} invalid={isBackwards()} onTime={setTo} />
      <Show when={isChanged()}>
        <Button type="submit" look="primary" disabled={isBackwards()}>
          {replayText.range.apply}
        </Button>
      </Show>
      <Show when={isBackwards()}>
        <p role="alert" class="w-full text-xs text-failed">
          {replayText.range.backwards}
        </p>
      </Show>
    </form>
  );
}

/** Field for a local time, with a choice of offset in the hour that repeats when clocks are set back. */
function TimeField(props: {
  label: string;
  time: number | undefined;
  invalid: boolean;
  onTime(time: number | undefined): void;
}) {
  const [text, setText] = createSignal(localInput(props.time));
  const choices = () => instantsOf(text());

  function typed(next: string): void {
    setText(next);
    props.onTime(instantOf(next, props.time));
  }

  return (
    <Labelled label={props.label}>
      {(id) => (
        <span class="flex gap-1">
          <input
            id={id}
            type="datetime-local"
            step="1"
            class={FIELD}
            aria-invalid={props.invalid}
            value={text()}
            onInput={(event) => typed(event.currentTarget.value)}
            // A time that clocks skip becomes the time after the skip.
            onBlur={() => setText(localInput(props.time))}
          />
          <Show when={choices().length > 1}>
            <select
              class={FIELD}
              aria-label={replayText.range.which(props.label)}
              title={replayText.range.whichHint}
              onChange={(event) => props.onTime(Number(event.currentTarget.value))}
            >
              <For each={choices()}>
                {(instant) => (
                  <option value={String(instant)} selected={instant === props.time}>
                    {offsetName(instant)}
                  </option>
                )}
              </For>
            </select>
          </Show>
        </span>
      )}
    </Labelled>
  );
}

export function Labelled(props: { label: string; children: (id: string) => JSX.Element }) {
  const id = createUniqueId();
  return (
    <div class="flex min-w-0 flex-col gap-1">
      <label for={id} class="text-xs text-faint">
        {props.label}
      </label>
      {props.children(id)}
    </div>
  );
}
