/** Text as a machine wrote it: kept line by line, scrolled where it is wide, bounded where it is long. */
export function Code(props: { label: string; value: string }) {
  return (
    <section
      // What scrolls has to be reached by keyboard
      tabindex="0"
      aria-label={props.label}
      class="max-h-96 w-full overflow-auto rounded-md border border-line bg-sunken p-3"
    >
      <pre class="font-mono text-xs leading-5">{props.value}</pre>
    </section>
  );
}
