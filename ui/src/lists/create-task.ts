/** Task with all its fields, live; null while it does not exist. */
import type { Task } from '@att/contracts';
import { createEffect } from 'solid-js';
import { createSnapshot } from '../live/create-snapshot';
import { useLive } from '../live/live-context';
import type { SnapshotSource } from '../live/make-snapshot';
import { orMissing } from './or-missing';
import { foldTask, keyOfTask, type TaskDetail } from './task-detail';

export function createTask(project: string, taskId: string) {
  const { client, feed, noteEvent } = useLive();
  const key = keyOfTask(project, taskId);

  const source: SnapshotSource<TaskDetail> = {
    load: (minPosition, signal) =>
      orMissing<Task>(client, signal, minPosition, async (at) => {
        const { body, position } = await client.read('getProjectTask', {
          params: { name: project, task_id: taskId },
          query: { min_position: at },
          signal,
        });
        return { data: body, position };
      }),
    fold: (task, changes) => foldTask(task, key, changes),
    tasks: (task) => (task === null ? [] : [task]),
  };
  const snapshot = createSnapshot(feed, () => source);
  createEffect(() => noteEvent(snapshot.data()?.updated_at));
  return snapshot;
}
