/** Block of code or output: lines are kept, wide ones scroll, and long text is bounded in height. */
import { Show } from 'solid-js';
import { Marked, MarkedJson } from './sender-text';

/** @param props.json true for JSON text: each of its strings gets a direction of its own */
export function Code(props: { label: string; value: string; json?: boolean }) {
  return (
    <section
      // A scrolling block has to be reachable by keyboard
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
