/** Text as a machine wrote it: kept line by line, scrolled where it is wide, bounded where it is long. */
export function Code(props: { label: string; value: string }) {
  return (
    <pre
      tabindex="0"
      aria-label={props.label}
      class="max-h-96 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5"
    >
      {props.value}
    </pre>
  );
}
