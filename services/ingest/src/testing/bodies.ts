/** The smallest valid body of each webhook. */
import type { WebhookKind } from '@att/contracts';

export type Body = Record<string, unknown>;

const common = { project: 'shop', task: 'Add a discount code', task_id: 'task-1', agent: 'claude' };

export const start = (fields: Body = {}): Body => ({ ...common, ...fields });
export const status = (fields: Body = {}): Body => ({ ...common, status: 'running', ...fields });
export const finish = (fields: Body = {}): Body => ({ ...common, ...fields });
export const error = (fields: Body = {}): Body => ({
  ...common,
  error_type: 'TypeError',
  error_message: 'total is undefined',
  ...fields,
});

export const BODIES: Record<WebhookKind, (fields?: Body) => Body> = { start, status, finish, error };

/** A batch's item. */
export const item = (type: WebhookKind, fields: Body = {}): Body => ({ type, ...BODIES[type](fields) });

/** NDJSON: a line an item. */
export const lines = (...bodies: readonly (Body | string)[]): string =>
  bodies.map((body) => `${typeof body === 'string' ? body : JSON.stringify(body)}\n`).join('');
