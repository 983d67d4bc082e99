import type { HandlersOf } from '@att/platform/http';
import type { Reader } from '../database/reader.js';
import { noSuchEvent, noSuchProject, noSuchTask, positionAhead } from '../problems.js';
import type { ReadModel } from '../read-model/read-model.js';
import { positionHeader } from '../read-model/snapshot.js';
import { selectProjectTask } from '../tasks/select-project-task.js';
import { eventJson } from './event-row.js';
import { listEvents } from './list-events.js';
import { selectEvent } from './select-event.js';

/** @param models check that a task exists, and have the index of the log; the events are read from the log itself */
export function eventRoutes(log: Reader, models: ReadModel): HandlersOf<'events'> {
  return {
    listEvents: (request) => listEvents(log, models, request),
    async listTaskEvents({ params: { name, task_id }, query, target, signal }) {
      const { value } = await models.read(
        { projection: 'tasks', minPosition: query.min_position, asOf: query.as_of, signal },
        selectProjectTask(name, task_id),
      );
      if (!value.projectExists) throw noSuchProject(name);
      if (value.task === undefined) throw noSuchTask(task_id, name);
      return listEvents(log, models, { query: { ...query, project: name, task_id }, target, signal });
    },
    async getEvent({ params: { position }, query: { data, min_position }, signal }) {
      const checkAnswer = await models.expect(Math.max(position, min_position ?? 0), signal);
      const { head, epoch, event } = await selectEvent(log, position);
      checkAnswer({ epoch, position: head });
      // The log itself has all of its positions: there is nothing to wait for.
      if (min_position !== undefined && min_position > head) {
        throw positionAhead(min_position, head, 'min_position');
      }
      if (event === undefined) throw noSuchEvent(position, head);
      const etag = { epoch, position: head };
      return { headers: positionHeader(head), etag, json: eventJson(event, data ?? 'json') };
    },
  };
}
