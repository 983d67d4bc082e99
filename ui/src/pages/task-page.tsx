/** Page of a task: its error first, then its fields, and every event. */
import { useParams } from '@solidjs/router';
import { Show } from 'solid-js';
import { Page } from '../layout/page';
import { nameFromPath, OVERVIEW, projectHref } from '../links';
import { createTask } from '../lists/create-task';
import { createTaskEvents } from '../lists/create-task-events';
import { Loaded, SkeletonRows } from '../parts/loaded';
import { Notice } from '../parts/notices';
import { ReplayLink } from '../parts/replay-link';
import { TaskError } from '../parts/task-error';
import { TaskEventList } from '../parts/task-event-list';
import { TaskFields } from '../parts/task-fields';
import { plainText } from '../parts/visible-text';
import { text } from '../text';

export default function TaskPage() {
  const params = useParams<{ project: string; taskId: string }>();
  // Key of both names, so that the page is made anew when either changes.
  const names = () => JSON.stringify([nameFromPath(params.project), nameFromPath(params.taskId)]);
  return (
    <Show when={names()} keyed>
      {(pair) => {
        const [project = '', taskId = ''] = JSON.parse(pair) as string[];
        return <Story project={project} taskId={taskId} />;
      }}
    </Show>
  );
}

function Story(props: { project: string; taskId: string }) {
  const task = createTask(props.project, props.taskId);
  const events = createTaskEvents(props.project, props.taskId);
  return (
    <Page
      title={task.data()?.title ?? props.taskId}
      above={[
        { label: text.overview.title, href: OVERVIEW },
        { label: props.project, href: projectHref(props.project) },
      ]}
      actions={<ReplayLink project={props.project} taskId={props.taskId} />}
    >
      <Loaded
        view={task}
        skeleton={<SkeletonRows rows={8} />}
        missing={
          <Notice title={text.task.missingTitle}>
            <p class="text-soft">{text.task.missing(plainText(props.taskId), plainText(props.project))}</p>
          </Notice>
        }
      >
        {(found) => (
          <div class="flex flex-col gap-8">
            <TaskError task={found()} />
            <TaskFields task={found()} />
            <section>
              <h2 class="mb-3 text-base font-semibold">{text.task.events}</h2>
              <Loaded view={events} skeleton={<SkeletonRows rows={4} />}>
                {(list) => (
                  <Show when={list().rows.length > 0}>
                    <TaskEventList events={list()} more={events.more} onExpand={events.complete} />
                  </Show>
                )}
              </Loaded>
            </section>
          </div>
        )}
      </Loaded>
    </Page>
  );
}
