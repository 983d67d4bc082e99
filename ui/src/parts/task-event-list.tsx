/** Events of a task, newest first, each with its payload. */
import { cutText, type TaskEventType } from '@att/contracts';
import { createMemo, createSignal, For, Show } from 'solid-js';
import type { LoadMore } from '../lists/create-load-more';
import type { EventRow, TaskEvents } from '../lists/task-events';
import { text } from '../text';
import { Age } from './age';
import { Code } from './code';
import { clockTime, pretty, progress } from './format';
import { MoreButton } from './more-button';
import { errorText } from './notices';
import { SenderText } from './sender-text';
import { StatusIcon } from './status-badge';
import type { StatusKind } from './status-kind';

export const EVENT_KINDS: Readonly<Record<string, StatusKind>> = {
  'task.started': 'running',
  'task.progressed': 'running',
  'task.finished': 'completed',
  'task.failed': 'failed',
} satisfies Record<TaskEventType, StatusKind>;

/** Characters of a value in a row's summary: more than fit into a line. */
const MAX_SUMMARY_CHARACTERS = 300;

export interface TaskEventListProps {
  events: TaskEvents;
  more: LoadMore;
  /** Fetches the whole payload of a row that has only a part of it. */
  onExpand(position: number): Promise<void>;
}

export function TaskEventList(props: TaskEventListProps) {
  const byPosition = createMemo(() => new Map(props.events.rows.map((row) => [row.position, row])));
  const newestFirst = createMemo(() => [...byPosition().keys()].reverse());
  return (
    <>
      <Show when={!props.events.complete}>
        <MoreButton more={props.more} label={text.task.moreEvents} />
      </Show>
      <ol class="-mx-3 border-t border-line">
        <For each={newestFirst()}>
          {(position) => <Row event={byPosition().get(position)} onExpand={props.onExpand} />}
        </For>
      </ol>
    </>
  );
}

function Row(props: { event: EventRow | undefined; onExpand(position: number): Promise<void> }) {
  const [open, setOpen] = createSignal(false);
  const [error, setError] = createSignal<unknown>();

  function toggled(event: EventRow, isOpen: boolean): void {
    setOpen(isOpen);
    if (isOpen && !event.full) props.onExpand(event.position).catch(setError);
  }

  return (
    <Show when={props.event}>
      {(event) => (
        <li class="border-b border-line">
          <details onToggle={(toggle) => toggled(event(), toggle.currentTarget.open)}>
            <summary class="flex min-h-10 cursor-pointer items-center gap-3 px-3 py-2 hover:bg-hover">
              <StatusIcon kind={EVENT_KINDS[event().type] ?? 'cancelled'} size={15} />
              <span class="w-20 shrink-0 font-medium">
                {text.task.eventTypes[event().type] ?? event().type}
              </span>
              <span class="min-w-0 flex-1 truncate text-soft">
                <EventSummary event={event()} />
              </span>
              <span class="hidden shrink-0 font-mono text-xs text-faint sm:inline">#{event().position}</span>
              <span class="hidden shrink-0 text-xs text-faint sm:inline">
                {clockTime(event().recorded_at)}
              </span>
              <span class="w-16 shrink-0 text-right text-xs text-faint">
                <Age time={event().recorded_at} />
              </span>
            </summary>
            <Show when={open()}>
              <div class="px-3 pb-3">
                <Show when={event().data !== null} fallback={<p class="text-soft">{text.task.erased}</p>}>
                  <Show when={!event().full}>
                    <p class="mb-1 text-xs text-faint">
                      {error() === undefined ? text.task.partialPayload : errorText(error())}
                    </p>
                  </Show>
                  <Code label={text.task.payload} value={pretty(event().data)} json />
                </Show>
              </div>
            </Show>
          </details>
        </li>
      )}
    </Show>
  );
}

/** Summary of an event, in a line. */
export function EventSummary(props: { event: Pick<EventRow, 'type' | 'data'> }) {
  return (
    <Show when={props.event.data !== null} fallback={text.task.erased}>
      <For each={eventSummary(props.event)}>
        {(part, index) => (
          <>
            {index() > 0 ? ' · ' : ''}
            <SenderText value={part} />
          </>
        )}
      </For>
    </Show>
  );
}

/** Values of the summary, each cut to what fits into a line. */
export function eventSummary({ type, data }: Pick<EventRow, 'type' | 'data'>): string[] {
  if (typeof data !== 'object' || data === null) return [];
  const payload = data as Record<string, unknown>;
  const parts = [
    typeof payload.progress === 'number' ? progress(payload.progress) : undefined,
    // Frames have a status for starts and ends, too, which the event's name says already.
    type === 'task.progressed' ? payload.status : undefined,
    payload.error_type,
    payload.error_message ?? payload.message ?? payload.result,
  ];
  return parts
    .filter((part) => part !== undefined && part !== null)
    .map((part) => cutText(typeof part === 'string' ? part : JSON.stringify(part), MAX_SUMMARY_CHARACTERS));
}
