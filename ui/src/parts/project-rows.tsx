/** Projects with their counters. */
import { createMemo, For, Show } from 'solid-js';
import { projectHref } from '../links';
import type { ProjectRow } from '../lists/project-list';
import { count, text } from '../text';
import { Age } from './age';
import { SenderText } from './sender-text';
import { StatusIcon } from './status-badge';
import type { StatusKind } from './status-kind';

const COLUMNS =
  'grid-cols-[minmax(0,1fr)_3.25rem_3.25rem_3.25rem] sm:grid-cols-[minmax(0,1fr)_4.5rem_4.5rem_4.5rem_4.5rem_4.5rem]';

export function ProjectRows(props: { rows: readonly ProjectRow[] }) {
  const byName = createMemo(() => new Map(props.rows.map((row) => [row.name, row])));
  const names = createMemo(() => [...byName().keys()]);
  return (
    <div class="-mx-3">
      <div
        aria-hidden="true"
        class={`grid gap-2 border-b border-line px-3 pb-2 text-xs text-faint ${COLUMNS}`}
      >
        <span>{text.overview.columns.name}</span>
        <span class="text-right">{text.counts.active}</span>
        <span class="text-right">
          <span class="sm:hidden">{text.counts.completedShort}</span>
          <span class="hidden sm:inline">{text.counts.completed}</span>
        </span>
        <span class="text-right">{text.counts.failed}</span>
        <span class="hidden text-right sm:block">{text.counts.total}</span>
        <span class="hidden text-right sm:block">{text.overview.columns.updated}</span>
      </div>
      <ul aria-label={text.overview.projects}>
        <For each={names()}>{(name) => <Row project={byName().get(name)} />}</For>
      </ul>
    </div>
  );
}

function Row(props: { project: ProjectRow | undefined }) {
  return (
    <Show when={props.project}>
      {(project) => (
        <li class="border-b border-line">
          <a
            href={projectHref(project().name)}
            class={`grid min-h-10 items-center gap-2 px-3 py-2 hover:bg-hover ${COLUMNS}`}
          >
            <SenderText class="truncate font-medium" value={project().name} titled />
            <Counter kind="running" label={text.counts.active} value={project().active_tasks} />
            <Counter kind="completed" label={text.counts.completed} value={project().completed_tasks} />
            <Counter kind="failed" label={text.counts.failed} value={project().failed_tasks} />
            <span class="hidden text-right text-soft sm:block">
              <span class="sr-only">{text.counts.total} </span>
              {count(project().total_tasks)}
            </span>
            <span class="hidden text-right text-faint sm:block">
              <Age time={project().updated_at} />
            </span>
          </a>
        </li>
      )}
    </Show>
  );
}

/** Count of a project; zero is faint, so that other counts stand out. */
function Counter(props: { kind: StatusKind; label: string; value: number }) {
  return (
    <span class="flex items-center justify-end gap-1" classList={{ 'text-faint': props.value === 0 }}>
      <span class="sr-only">{props.label} </span>
      <Show when={props.value > 0}>
        <StatusIcon kind={props.kind} size={13} />
      </Show>
      {count(props.value)}
    </span>
  );
}
