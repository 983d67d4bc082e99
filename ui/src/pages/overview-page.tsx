/** Overview: projects with their counters, and the newest tasks. */
import { createMemo, Show } from 'solid-js';
import { Page } from '../layout/page';
import { TASKS } from '../links';
import { createProjects } from '../lists/create-projects';
import { createTasks } from '../lists/create-tasks';
import { totalsOf } from '../lists/project-list';
import type { TaskFilter } from '../lists/task-list';
import { Counts } from '../parts/counts';
import { Loaded, SkeletonRows } from '../parts/loaded';
import { MoreButton } from '../parts/more-button';
import { NoTasksYet } from '../parts/notices';
import { ProjectRows } from '../parts/project-rows';
import { TaskRows } from '../parts/task-rows';
import { count, text } from '../text';

const NEWEST = 12;
const EVERYTHING: TaskFilter = { project: undefined, statuses: [] };

export default function OverviewPage() {
  const projects = createProjects();
  const tasks = createTasks(() => EVERYTHING, NEWEST);
  const newest = createMemo(() => tasks.data()?.rows.slice(0, NEWEST) ?? []);

  return (
    <Page title={text.overview.title}>
      <Loaded view={projects} skeleton={<SkeletonRows rows={8} />}>
        {(list) => (
          <Show when={list().rows.length > 0} fallback={<NoTasksYet />}>
            <section class="mb-8" aria-label={text.counts.total}>
              {/* No sums while only a part of the projects is loaded: they would fall when projects are added. */}
              <Show
                when={list().rows.length >= list().total}
                fallback={
                  <p class="text-xs text-faint">{text.overview.partial(list().rows.length, list().total)}</p>
                }
              >
                <Counts value={(name) => count(totalsOf(list().rows)[name])} />
              </Show>
            </section>
            <section class="mb-8">
              <h2 class="mb-3 text-base font-semibold">{text.overview.projects}</h2>
              <ProjectRows rows={list().rows} />
              <Show when={list().rows.length < list().total}>
                <MoreButton more={projects.more} />
              </Show>
            </section>
            <section>
              <div class="mb-3 flex items-baseline justify-between">
                <h2 class="text-base font-semibold">{text.overview.newest}</h2>
                <a href={TASKS} class="font-medium text-accent hover:underline">
                  {text.overview.allTasks}
                </a>
              </div>
              <TaskRows rows={newest()} label={text.overview.newest} showProject={true} />
            </section>
          </Show>
        )}
      </Loaded>
    </Page>
  );
}
