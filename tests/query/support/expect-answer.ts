/** Random reads: their requests, and checks of their answers. */
import type { LogEvent } from '@att/platform/event-log';
import { expect } from 'vitest';
import type { Answer, QueryWorld } from './query-world.js';
import type { Read } from './random-reads.js';

/** Concurrent requests. */
export const CONNECTIONS = 6;

export async function readLog({ sql }: QueryWorld): Promise<LogEvent[]> {
  const { rows } = await sql.query<LogEvent>(
    `SELECT position, event_id, type, project, task_id, agent, occurred_at, recorded_at, actor, data::text AS data_text
     FROM log.events ORDER BY position`,
  );
  return rows;
}

export function expectAnswer({ expected }: Read, path: string, answer: Answer, position: number): void {
  const about = `${path} of ${position} events: ${answer.text.slice(0, 300)}`;
  if ('status' in expected) {
    expect(answer.status, about).toBe(expected.status);
    return;
  }
  expect(answer.status, about).toBe(200);
  expect(answer.headers.get('x-position'), about).toBe(String(position));
  if ('body' in expected) {
    expect(answer.body, about).toEqual(expected.body);
    return;
  }
  expect(answer.body, about).toMatchObject(expected.rows);
  const total = answer.headers.get('x-total-count');
  if (expected.total === undefined) expect(total, about).toBeNull();
  else expect(total, about).toBe(String(expected.total));
  expect(answer.headers.get('x-total-count-relation'), about).toBeNull();
}

export function pathOf({ path, query }: Read, parameters: Record<string, string>): string {
  return `${path}?${new URLSearchParams({ ...query, ...parameters })}`;
}

export async function inParallel<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await act(item);
    }),
  );
}
