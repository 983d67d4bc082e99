/** Proof that times, numbers, texts, reads and the chain are right, whatever an administrator has set. */
import type { Task } from '@att/contracts';
import { type LogEvent, verifyLog } from '@att/platform/event-log';
import { createPool } from '@att/platform/postgres';
import { silentLog } from '@att/platform/testing';
import { expect } from 'vitest';
import { API_KEY } from '../contract/whole-server.js';
import { post, read as readWithKey } from '../support/rest.js';

const TEXT = `it’s "ünï" 漢字 🦊 \\ ' NULL {} \\x00`;
/** Doubles that lose their last digits, or all, where they are written with fewer. */
const NUMBERS = { sum: 0.1 + 0.2, tiny: 5e-324, large: 1.7976931348623157e308, third: 1 / 3 };
const STARTED = '2026-01-31T12:00:00.123Z';
const CONCURRENT = 30;

const read = <Body>(url: string, path: string) => readWithKey<Body>(url, path, API_KEY);

/**
 * @param connectionString as the product has it
 * @param alsoWith options of other connections over which the chain must hold, too
 */
export async function proveTruth(
  url: string,
  connectionString: string,
  alsoWith: readonly string[] = ['-c TimeZone=America/St_Johns -c DateStyle=SQL'],
): Promise<void> {
  const before = Date.now();
  const task = { project: 'truth', task_id: 't1', task: TEXT, agent: 'a' };
  const reports: [path: string, body: object][] = [
    ['start', { ...task, timestamp: STARTED }],
    ['status', { ...task, progress: 33.3, message: TEXT, metadata: NUMBERS }],
    ['finish', { ...task, result: TEXT, duration_seconds: NUMBERS.sum }],
  ];
  let position = 0;
  for (const [path, body] of reports) {
    const answer = await post(url, `/webhook/${path}`, body, API_KEY);
    expect(answer.status).toBe(202);
    position = answer.body.position;
  }
  await proveConcurrent(url);
  await proveTask(url, position);
  await proveTimes(url, before);
  await proveChain(connectionString, ['', ...alsoWith]);
}

/** Two at once of one task and many of others: none is refused for the others' sake. */
async function proveConcurrent(url: string): Promise<void> {
  const answers = await Promise.all(
    Array.from({ length: CONCURRENT }, (_, at) =>
      post(url, '/webhook/start', { project: 'many', task_id: `m${at % 7}`, task: 'T', agent: 'a' }, API_KEY),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
}

async function proveTask(url: string, position: number): Promise<void> {
  const one = await read<Task>(url, `/api/projects/truth/tasks/t1?min_position=${position}`);
  expect(one).toMatchObject({
    title: TEXT,
    status: 'completed',
    started_at: STARTED,
    progress: 33.3,
    result: TEXT,
    duration_seconds: NUMBERS.sum,
    metadata: NUMBERS,
  });
  const found = await read<Task[]>(url, `/api/tasks/search?q=${encodeURIComponent('漢字')}&project=truth`);
  expect(found.map(({ task_id }) => task_id)).toEqual(['t1']);
  expect(await read<Task>(url, `/api/projects/truth/tasks/t1?as_of=${position}`)).toMatchObject({
    duration_seconds: NUMBERS.sum,
    started_at: STARTED,
  });
  expect(await read(url, '/api/dead-letters')).toEqual([]);
  await read(url, '/api/stats/series?bucket=hour&project=truth');
}

/** A machine's clock may be a moment ahead of its database's. */
const SKEW = 2_000;

async function proveTimes(url: string, before: number): Promise<void> {
  const events = await read<LogEvent[]>(url, '/api/events?limit=1000');
  expect(events.length).toBeGreaterThanOrEqual(CONCURRENT + 3);
  for (const { recorded_at: time } of events) {
    if (Date.parse(time) < before - SKEW) continue;
    expect(Date.parse(time)).toBeLessThanOrEqual(Date.now() + SKEW);
  }
  expect(Date.parse(events.at(-1)?.recorded_at as string)).toBeGreaterThan(before - SKEW);
  expect(events.find(({ project }) => project === 'truth')).toMatchObject({ occurred_at: STARTED });
}

async function proveChain(connectionString: string, connections: readonly string[]): Promise<void> {
  const url = new URL(connectionString);
  for (const options of connections) {
    if (options !== '') url.searchParams.set('options', options);
    const pool = createPool({
      connectionString: url.href,
      role: undefined,
      max: 1,
      name: 'truth',
      log: silentLog,
    });
    const client = await pool.connect();
    expect(await verifyLog(client)).toMatchObject({ breaks: [] });
    client.release();
    await pool.end();
  }
}
