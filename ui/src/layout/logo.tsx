import { text } from '../text';

export function Logo(props: { short?: boolean }) {
  return (
    <span class="flex items-center gap-2 font-semibold">
      <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true" class="shrink-0">
        <rect width="32" height="32" rx="8" class="fill-accent" />
        <path
          d="M8 11h9M8 16h16M8 21h5"
          class="stroke-accent-ink"
          stroke-width="2.5"
          stroke-linecap="round"
        />
        <circle cx="22" cy="11" r="2.5" class="fill-accent-ink" />
        <circle cx="18" cy="21" r="2.5" class="fill-accent-ink" />
      </svg>
      <span class={props.short === true ? 'sr-only' : 'whitespace-nowrap'}>{text.product}</span>
    </span>
  );
}
