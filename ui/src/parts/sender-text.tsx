/**
 * Text from a sender. It has a direction of its own, so that nothing in it moves what stands beside it, and shows what it
 * has of invisible characters. Every value of a report that the page shows goes through here.
 */
import { createMemo, For, Show } from 'solid-js';
import { hasRightToLeft, isPlain, piecesOf, plainText } from './visible-text';

/** Elements that one text may have; with more it is shown as text alone. */
const MAX_PIECES = 1_000;
/** A string of JSON, quotes included. */
const JSON_STRING = /("(?:[^"\\]|\\.)*")/;

export interface SenderTextProps {
  value: string;
  class?: string;
  /** Shows the whole value on hover, for where it may be cut off. */
  titled?: boolean;
}

/** Inline, or as its class says. */
export function SenderText(props: SenderTextProps) {
  return (
    <bdi class={props.class} title={props.titled === true ? plainText(props.value) : undefined}>
      <Marked value={props.value} />
    </bdi>
  );
}

/** Content of a block of its own, which has a direction by itself: `unicode-bidi: plaintext` gives each of its lines one. */
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

/** JSON text, each string of which is a value of its own. */
export function MarkedJson(props: { value: string }) {
  const parts = createMemo(() => {
    // Without letters that turn it round, a line stays in its order by itself.
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
