/** Page with the tasks of all projects. */
import { Page } from '../layout/page';
import { TASKS } from '../links';
import { TaskListView } from '../parts/task-list-view';
import { text } from '../text';

export default function TasksPage() {
  return (
    <Page title={text.tasks.title}>
      <TaskListView path={TASKS} />
    </Page>
  );
}
