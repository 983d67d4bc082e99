/** How far a task says it is. */
import { progress } from './format';

export function Progress(props: { value: number }) {
  return (
    <span class="flex items-center gap-2">
      <span class="h-1 min-w-8 flex-1 overflow-hidden rounded-full bg-line" aria-hidden="true">
        <span
          class="block h-full rounded-full bg-accent transition-[width]"
          style={{ width: `${Math.min(100, Math.max(0, props.value))}%` }}
        />
      </span>
      <span class="w-10 text-right text-xs text-soft">{progress(props.value)}</span>
    </span>
  );
}
