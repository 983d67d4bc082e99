/** Events up to the playhead, newest first. */
import type { TaskEvent } from '@att/contracts';
import { createMemo, For, Show } from 'solid-js';
import { clockTime, fullTime } from '../parts/format';
import { SenderText } from '../parts/sender-text';
import { StatusIcon } from '../parts/status-badge';
import { EVENT_KINDS, EventSummary, eventSummary } from '../parts/task-event-list';
import { text } from '../text';
import { replayHref } from './address';
import { replayText } from './replay-text';

/** Most rows on the page: nobody reads more while they stream by. */
const SHOWN = 40;

export function ReplayEvents(props: { events: readonly TaskEvent[]; showProject: boolean }) {
  // Keyed by position, so that an event keeps its element as others come before it.
  const byPosition = createMemo(
    () => new Map(props.events.slice(-SHOWN).map((event) => [event.position, event])),
  );
  const newestFirst = createMemo(() => [...byPosition().keys()].reverse());
  return (
    <Show when={newestFirst().length > 0} fallback={<p class="py-3 text-soft">{replayText.events.none}</p>}>
      <ol class="border-t border-line" aria-label={replayText.events.title}>
        <For each={newestFirst()}>
          {(position) => <Row event={byPosition().get(position)} showProject={props.showProject} />}
        </For>
      </ol>
    </Show>
  );
}

function Row(props: { event: TaskEvent | undefined; showProject: boolean }) {
  return (
    <Show when={props.event}>
      {(event) => (
        <li class="row-apart border-b border-line">
          <a
            href={replayHref({
              scope: { project: event().project, taskId: event().task_id },
              at: event().position,
            })}
            class="flex gap-2.5 py-2 hover:bg-hover"
          >
            <span class="pt-0.5">
              <StatusIcon kind={EVENT_KINDS[event().type] ?? 'cancelled'} size={15} />
            </span>
            <span class="min-w-0 flex-1">
              <span class="flex items-baseline gap-2">
                <SenderText class="min-w-0 flex-1 truncate font-medium" value={title(event())} />
                <time
                  datetime={event().recorded_at}
                  title={fullTime(event().recorded_at)}
                  class="shrink-0 text-xs text-faint"
                >
                  {clockTime(event().recorded_at)}
                </time>
              </span>
              <span class="block truncate text-xs text-soft">
                {text.task.eventTypes[event().type]}
                <Show when={props.showProject}>
                  {' · '}
                  <SenderText value={event().project} />
                </Show>
                <Show when={event().agent}>
                  {(agent) => (
                    <>
                      {' · '}
                      <SenderText value={agent()} />
                    </>
                  )}
                </Show>
                <Show when={event().data === null || eventSummary(event()).length > 0}>
                  {' · '}
                  <EventSummary event={event()} />
                </Show>
              </span>
            </span>
          </a>
        </li>
      )}
    </Show>
  );
}

function title({ data, task_id }: TaskEvent): string {
  return typeof data?.task === 'string' ? data.task : task_id;
}
