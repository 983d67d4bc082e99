/**
 * Text from a sender, with a direction of its own, so that it cannot reorder the text beside it, and with its invisible
 * characters made visible. Every value of a report that the page shows goes through here.
 */
import { createMemo, For, Show } from 'solid-js';
import { hasRightToLeft, isPlain, piecesOf, plainText } from './visible-text';

/** Most elements of one text; with more, it is shown without elements. */
const MAX_PIECES = 1_000;
/** String of JSON, quotes included. */
const JSON_STRING = /("(?:[^"\\]|\\.)*")/;

export interface SenderTextProps {
  value: string;
  class?: string;
  /** Shows the whole value on hover, where it may be cut off. */
  titled?: boolean;
}

/** Inline text, unless its class says otherwise. */
export function SenderText(props: SenderTextProps) {
  return (
    <bdi class={props.class} title={props.titled === true ? plainText(props.value) : undefined}>
      <Marked value={props.value} />
    </bdi>
  );
}

/** Content of a block with `unicode-bidi: plaintext`, which gives each of its lines a direction. */
export function Marked(props: { value: string }) {
  const pieces = createMemo(() => (isPlain(props.value) ? undefined : piecesOf(props.value)));
  return (
    <Show when={pieces()} fallback={props.value}>
      {(found) => (
        <Show when={found().length <= MAX_PIECES} fallback={plainText(props.value)}>
          <For each={found()}>{(piece) => piece.text ?? <Mark label={piece.mark} name={piece.name} />}</For>
        </Show>
      )}
    </Show>
  );
}

/** JSON text whose strings each have a direction of their own. */
export function MarkedJson(props: { value: string }) {
  const parts = createMemo(() => {
    // A line without right-to-left letters keeps its order by itself.
    const split = hasRightToLeft(props.value) ? props.value.split(JSON_STRING) : [];
    return split.length > 0 && split.length <= MAX_PIECES ? split : undefined;
  });
  return (
    <Show when={parts()} fallback={<Marked value={props.value} />}>
      {(found) => (
        <For each={found()}>{(part, index) => (index() % 2 === 1 ? <SenderText value={part} /> : part)}</For>
      )}
    </Show>
  );
}

function Mark(props: { label: string; name: string }) {
  return (
    <span
      class="mx-px rounded-sm border border-line-strong px-0.5 align-baseline font-mono text-2xs whitespace-nowrap"
      dir="ltr"
      title={`${props.label} ${props.name}`}
    >
      {props.label}
    </span>
  );
}
