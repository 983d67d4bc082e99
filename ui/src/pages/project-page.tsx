/** Page of a project: its counters and its tasks. */
import { useParams } from '@solidjs/router';
import { Show } from 'solid-js';
import { Page } from '../layout/page';
import { nameFromPath, OVERVIEW, projectHref } from '../links';
import { createProject } from '../lists/create-project';
import { totalsOf } from '../lists/project-list';
import { Counts } from '../parts/counts';
import { Loaded, SkeletonRows } from '../parts/loaded';
import { Notice } from '../parts/notices';
import { ReplayLink } from '../parts/replay-link';
import { TaskListView } from '../parts/task-list-view';
import { plainText } from '../parts/visible-text';
import { count, text } from '../text';

export default function ProjectPage() {
  const params = useParams<{ project: string }>();
  const name = () => nameFromPath(params.project);
  return (
    <Show when={name()} keyed>
      {(project) => <Project name={project} />}
    </Show>
  );
}

function Project(props: { name: string }) {
  const project = createProject(props.name);
  return (
    <Page
      title={props.name}
      above={[{ label: text.overview.title, href: OVERVIEW }]}
      actions={<ReplayLink project={props.name} />}
    >
      <Loaded
        view={project}
        skeleton={<SkeletonRows rows={10} />}
        missing={
          <Notice title={text.project.missingTitle}>
            <p class="text-soft">{text.project.missing(plainText(props.name))}</p>
          </Notice>
        }
      >
        {(row) => (
          <>
            <div class="mb-6">
              <Counts value={(name) => count(totalsOf([row()])[name])} />
            </div>
            <TaskListView path={projectHref(props.name)} project={props.name} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
