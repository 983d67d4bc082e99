/** Task at the playhead: its fields, and its events up to there. */
import type { TaskEvent } from '@att/contracts';
import { createMemo, Show } from 'solid-js';
import type { EventRow } from '../lists/task-events';
import { SenderText } from '../parts/sender-text';
import { TaskError } from '../parts/task-error';
import { TaskEventList } from '../parts/task-event-list';
import { TaskFields } from '../parts/task-fields';
import { CopyLink } from './copy-link';
import type { ReplayRange } from './load-replay-range';
import type { Shown } from './replay-state';
import { replayText } from './replay-text';
import { MAX_RECENT } from './world';

export function ReplayTask(props: { shown: Shown; range: ReplayRange }) {
  const task = () => [...props.shown.world.tasks.values()][0];
  const events = createMemo(() => rowsUpTo(props.shown, props.range));
  return (
    <Show when={task()} fallback={<p class="py-3 text-soft">{replayText.task.notYet}</p>}>
      {(found) => (
        <div class="grid gap-x-10 gap-y-8 lg:grid-cols-2">
          <div class="flex min-w-0 flex-col gap-8">
            <div class="flex flex-wrap items-center justify-between gap-4">
              <h2 class="min-w-0 text-base font-semibold break-words">
                <SenderText class="block" value={found().title} />
              </h2>
              <CopyLink />
            </div>
            <TaskError task={found()} />
            <TaskFields task={found()} />
          </div>
          <section class="min-w-0">
            <h2 class="mb-3 text-base font-semibold">{replayText.events.title}</h2>
            <TaskEventList
              events={{ rows: events(), complete: true }}
              more={{ run() {}, loading: () => false, error: () => undefined }}
              onExpand={() => Promise.resolve()}
            />
          </section>
        </div>
      )}
    </Show>
  );
}

/** Rows of the events up to the playhead: from the log, with whole payloads, where all of the task's events are loaded. */
function rowsUpTo({ position, world }: Shown, { events }: ReplayRange): EventRow[] {
  const known = events?.filter((event) => event.position <= position) ?? world.recent;
  return known.slice(-MAX_RECENT).map(rowOf);
}

function rowOf({ position, type, agent, occurred_at, recorded_at, data }: TaskEvent): EventRow {
  return { position, type, agent, occurred_at, recorded_at, data, full: true };
}
