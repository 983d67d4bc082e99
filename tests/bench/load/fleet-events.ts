import type { TaskEvent, TaskEventType } from '@att/contracts';
import { fleetReports } from './requests.js';

const TYPES: Readonly<Record<string, TaskEventType>> = {
  '/webhook/start': 'task.started',
  '/webhook/status': 'task.progressed',
  '/webhook/finish': 'task.finished',
};

/** Events that a fleet's reports become, for measurements without a log. */
export function fleetEvents(tasks: number): TaskEvent[] {
  return fleetReports(tasks, 'events').map(({ path, body }, index) => {
    const { project, task_id, agent, ...data } = JSON.parse(body);
    return {
      position: 1_000_000 + index,
      event_id: '07070707-0707-4707-8707-070707070707',
      type: TYPES[path] as TaskEventType,
      project,
      task_id,
      agent,
      occurred_at: null,
      recorded_at: '2026-01-31T12:00:00.000Z',
      data,
    };
  });
}
