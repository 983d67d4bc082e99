/** Text as a machine wrote it: kept line by line, scrolled where it is wide, bounded where it is long. */
import { Show } from 'solid-js';
import { Marked, MarkedJson } from './sender-text';

/** @param props.json the text is JSON, each string of which is a value of its own */
export function Code(props: { label: string; value: string; json?: boolean }) {
  return (
    <section
      // What scrolls has to be reached by keyboard
      tabindex="0"
      aria-label={props.label}
      class="max-h-96 w-full overflow-auto rounded-md border border-line bg-sunken p-3"
    >
      <pre class="font-mono text-xs leading-5">
        <Show when={props.json === true} fallback={<Marked value={props.value} />}>
          <MarkedJson value={props.value} />
        </Show>
      </pre>
    </section>
  );
}
