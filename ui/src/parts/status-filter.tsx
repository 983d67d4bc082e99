/** Filter by status: links, so that each choice is an address. */
import { For } from 'solid-js';
import { text } from '../text';
import { SenderText } from './sender-text';
import { WAITING_WORDS } from './status-kind';

interface Choice {
  label: string;
  /** Status words with commas between, as in the address. */
  status: string | undefined;
}

const CHOICES: readonly Choice[] = [
  { label: text.tasks.all, status: undefined },
  { label: text.status.running, status: 'running' },
  { label: text.status.waiting, status: WAITING_WORDS.join(',') },
  { label: text.status.completed, status: 'completed' },
  { label: text.status.failed, status: 'failed' },
  { label: text.status.cancelled, status: 'cancelled' },
];

/** @param props.path path of the page; the chosen status is added to it */
export function StatusFilter(props: { path: string; chosen: string | undefined }) {
  const choices = () =>
    CHOICES.some((choice) => choice.status === props.chosen)
      ? CHOICES
      : [...CHOICES, { label: props.chosen ?? '', status: props.chosen }];
  const href = (choice: Choice) =>
    choice.status === undefined
      ? props.path
      : `${props.path}?${new URLSearchParams({ status: choice.status })}`;
  return (
    <nav aria-label={text.tasks.filter} class="-mx-2.5 flex gap-1 overflow-x-auto p-1 lg:gap-1.5">
      <For each={choices()}>
        {(choice) => (
          <a
            href={href(choice)}
            noScroll
            aria-current={choice.status === props.chosen ? 'true' : undefined}
            class="tap inline-flex items-center rounded-md px-2.5 whitespace-nowrap text-soft first-letter:uppercase hover:bg-hover aria-[current]:bg-accent-wash aria-[current]:font-medium aria-[current]:text-accent"
          >
            <SenderText class="first-letter:uppercase" value={choice.label} />
          </a>
        )}
      </For>
    </nav>
  );
}

/** Words of a `status` in an address. */
export function statusesOf(status: string | undefined): string[] {
  return (status ?? '').split(',').filter((word) => word !== '');
}
