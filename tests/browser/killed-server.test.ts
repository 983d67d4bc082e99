/** Server that is killed under an open page and started again while agents report: no event is missed or doubled. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Event, Task } from '@att/contracts';
import { expect, it } from 'vitest';
import { post, read, report } from '../support/rest.js';
import { eventually } from './support/eventually.js';
import { connectionOf, countersOf, eventRowsOf, rowsOf } from './support/read-page.js';
import { useBrowser } from './support/use-browser.js';
import { useServer } from './support/use-server.js';

const server = useServer();
const browser = useBrowser();

const TASK = { project: 'crash', task_id: 'survivor', task: 'Outlive the server' };

/** Sends a report until the server has accepted it, as agents do; the key keeps it from being accepted twice. */
async function sendUntilTaken(kind: 'start' | 'status', fields: object, key: string): Promise<number> {
  for (;;) {
    const answer = await post(server.url, `/webhook/${kind}`, report({ ...fields, event_id: key })).catch(
      () => undefined,
    );
    if (answer?.status === 202) return answer.body.position;
    await sleep(50);
  }
}

/** Agent that reports until it is stopped; resolves with the position of its last report. */
function startAgent(name: string): () => Promise<number> {
  let isWorking = true;
  const working = (async () => {
    let last = await sendUntilTaken('start', { ...TASK, task_id: name }, `${name}-start`);
    for (let count = 1; isWorking; count += 1) {
      const said = { status: 'running', progress: count % 100, message: `report ${count} of ${name}` };
      await sendUntilTaken('status', { ...TASK, ...said }, `${name}-survivor-${count}`);
      last = await sendUntilTaken('status', { ...TASK, ...said, task_id: name }, `${name}-${count}`);
      await sleep(100);
    }
    return last;
  })();
  return () => {
    isWorking = false;
    return working;
  };
}

it('says so, comes back by itself, and shows what the log has', async () => {
  await sendUntilTaken('start', TASK, 'start');
  const story = await browser.open(`${server.url}/projects/crash/tasks/survivor`);
  const overview = await browser.open(server.url);
  for (const { page } of [story, overview]) await eventually(() => connectionOf(page), 'Live');
  const stops = ['first-agent', 'second-agent', 'third-agent'].map(startAgent);
  await eventually(async () => (await eventRowsOf(story.page)).length > 10, true);

  await server.kill();
  for (const { page } of [story, overview]) {
    await eventually(() => connectionOf(page), expect.stringMatching(/^Reconnecting in \d+ s$|^Connecting$/));
  }
  await eventually(() => connectionOf(story.page), expect.stringMatching(/^Reconnecting in \d+ s$/));
  const shownWhileAway = await eventRowsOf(story.page);
  expect(shownWhileAway.length).toBeGreaterThan(10);

  await server.startAgain();
  for (const { page } of [story, overview]) await eventually(() => connectionOf(page), 'Live');
  const rowsThen = shownWhileAway.length;
  await eventually(async () => (await eventRowsOf(story.page)).length > rowsThen, true);
  const head = Math.max(...(await Promise.all(stops.map((stop) => stop()))));

  const log = await eventsOfSurvivor(head);
  await eventually(async () => positionsOf(await eventRowsOf(story.page)), log);
  const tasks = await read<Task[]>(server.url, `/api/tasks?min_position=${head}`);
  await eventually(
    async () =>
      (await rowsOf(overview.page, 'Newest tasks')).map((words) => [words[2], words[3], words.at(-2)]),
    tasks.map((task) => [task.task_id, `· ${task.message}`, `${Math.round(task.progress)}%`]),
  );
  await eventually(() => countersOf(overview.page), {
    Active: 4,
    Completed: 0,
    Failed: 0,
    Cancelled: 0,
    Total: 4,
  });
});

/** Events in the order of the page, newest first. */
async function eventsOfSurvivor(head: number): Promise<number[]> {
  const positions: number[] = [];
  for (;;) {
    const after = positions[0] ?? 0;
    const path = `/api/events?project=crash&task_id=survivor&limit=1000&after=${after}&min_position=${head}`;
    const page = await read<Event[]>(server.url, path);
    if (page.length === 0) return positions;
    positions.unshift(...page.map(({ position }) => position).reverse());
  }
}

function positionsOf(rows: string[][]): number[] {
  return rows.map((words) => Number(words.find((word) => word.startsWith('#'))?.slice(1)));
}
