/** Orders of lists of tasks, and the tables that each is read from. */
import type { Order } from '@att/platform/paging';
import type { TaskListQuery } from './task-filter.js';

/**
 * Table that an order is read from. `tasks`: a row for each task. `spans`: a row for each range of positions in which nothing of a
 * task changes but progress, message and metadata. `latest`: the latest reports by chunks of the log.
 */
export type Source = 'tasks' | 'spans' | 'latest';

export interface TaskOrder extends Order {
  field: 'created' | 'updated' | 'title' | 'duration';
  source: Source;
}

export function taskOrderOf(sort: TaskListQuery['sort']): TaskOrder {
  const isDescending = sort.startsWith('-');
  const field = (isDescending ? sort.slice(1) : sort) as TaskOrder['field'];
  return { field, isDescending, id: 'c.id', ...ORDERS[field] };
}

const ORDERS: Record<TaskOrder['field'], Pick<TaskOrder, 'key' | 'type' | 'isNullable' | 'source'>> = {
  // A task's id is the position of its first event, and later positions are never recorded earlier.
  created: { key: 'c.id', type: 'bigint', isNullable: false, source: 'tasks' },
  updated: { key: 'c.valid_from', type: 'bigint', isNullable: false, source: 'latest' },
  title: { key: 'c.title_key', type: 'text', isNullable: false, source: 'spans' },
  duration: { key: 'c.duration_seconds', type: 'float8', isNullable: true, source: 'spans' },
};
