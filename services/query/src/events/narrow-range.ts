/** Bounds that spare a scan of the log; the filter decides all the same, so a bound is never the truth. */
import type { Reader } from '../database/reader.js';
import type { ReadModel } from '../read-model/read-model.js';
import type { EventFilter, EventRange } from './event-range.js';
import { selectLastBefore } from './select-last-before.js';
import { selectTaskStart } from './select-task-start.js';

export async function narrowRange(
  reader: Reader,
  models: ReadModel,
  after: number,
  filter: EventFilter,
): Promise<EventRange> {
  const [taskStart, lastBefore, until] = await Promise.all([
    startOfTask(models, filter),
    filter.from === undefined
      ? 0
      : selectLastBefore(reader, filter.from, false).then(({ position }) => position),
    filter.to === undefined ? undefined : endAt(reader, filter.to),
  ]);
  return { after: Math.max(after, taskStart, lastBefore), until };
}

async function startOfTask(models: ReadModel, { project, task_id }: EventFilter): Promise<number> {
  if (project === undefined || task_id === undefined) return 0;
  return (await models.glance('tasks', selectTaskStart(project, task_id))) ?? 0;
}

/** When even the head is early enough, so may be what comes next: then there is no end. */
async function endAt(reader: Reader, to: string): Promise<number | undefined> {
  const { position, head } = await selectLastBefore(reader, to, true);
  return position < head ? position : undefined;
}
