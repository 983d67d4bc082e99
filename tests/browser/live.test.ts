/** Live page: it opens with the key, follows the log by itself, and shows what REST answers. */
import type { Project, Task } from '@att/contracts';
import { expect, it } from 'vitest';
import { API_KEY, post, read, report } from '../support/rest.js';
import { eventually } from './support/eventually.js';
import { connectionOf, countersOf, eventRowsOf, rowsOf } from './support/read-page.js';
import { useBrowser } from './support/use-browser.js';
import { useServer } from './support/use-server.js';

const server = useServer();
const browser = useBrowser();

/** Position of the last report. */
let head = 0;

async function send(kind: 'start' | 'status' | 'finish' | 'error', fields: object): Promise<void> {
  const { status, body } = await post(server.url, `/webhook/${kind}`, report(fields));
  expect(status).toBe(202);
  head = body.position;
}

/** Console message of the browser for an answer that refuses. */
const REFUSED = /the server responded with a status of 401/;

it('asks for the key, says when it is wrong, and opens with the right one', async () => {
  const { page } = await browser.open(server.url, { key: null, expects: REFUSED });
  const field = page.getByLabel('API key');
  await field.fill('not-the-key-of-this-server');
  await field.press('Enter');
  await eventually(() => page.getByRole('alert').textContent(), 'The server does not accept this key.');
  await field.fill(API_KEY);
  await field.press('Enter');
  await page.getByText('No tasks yet').waitFor();
  await eventually(() => connectionOf(page), 'Live');

  await page.reload();
  await eventually(() => connectionOf(page), 'Live');
});

it('asks again when the key that it kept is not taken any more, and forgets it', async () => {
  const { page } = await browser.open(server.url, { key: 'the-key-of-last-year', expects: REFUSED });
  await eventually(
    () => page.getByRole('alert').textContent(),
    'The server no longer accepts the key. Enter another one.',
  );
  await page.reload();
  await page.getByLabel('API key').waitFor();
  expect(await page.getByRole('alert').textContent()).toBe('');
});

it('opens empty, and shows the first report as it comes', async () => {
  const { page } = await browser.open(server.url);
  await page.getByText('No tasks yet').waitFor();
  await eventually(() => connectionOf(page), 'Live');

  await send('start', { task_id: 'first', task: 'Перевести страницу' });
  await eventually(
    () => rowsOf(page, 'Newest tasks'),
    [['running', 'Перевести страницу', 'first', 'tests', 'tester', '0%', expect.stringMatching(/ s$/)]],
  );
  await eventually(() => countersOf(page), { Active: 1, Completed: 0, Failed: 0, Cancelled: 0, Total: 1 });
});

it('moves rows and counters of the overview as reports come, without being loaded again', async () => {
  const { page } = await browser.open(server.url);
  await page.evaluate(() => Object.assign(window, { neverLoadedAgain: true }));
  await eventually(() => connectionOf(page), 'Live');

  for (const project of ['red', 'blue']) {
    for (const task_id of ['a', 'b', 'c'])
      await send('start', { project, task_id, task: `${project} ${task_id}` });
  }
  await send('status', {
    project: 'red',
    task_id: 'a',
    status: 'reviewing',
    progress: 40,
    message: 'Half way',
  });
  await send('finish', { project: 'red', task_id: 'b' });
  await send('error', { project: 'blue', task_id: 'c', error_type: 'E', error_message: 'out of memory' });

  await eventually(async () => (await rowsOf(page, 'Newest tasks')).map(identity), await tasksOfRest());
  await eventually(async () => (await rowsOf(page, 'Projects')).map(numbers), await projectsOfRest());
  await eventually(() => countersOf(page), { Active: 5, Completed: 1, Failed: 1, Cancelled: 0, Total: 7 });
  expect(await page.evaluate(() => 'neverLoadedAgain' in window)).toBe(true);

  await page.reload();
  await eventually(async () => (await rowsOf(page, 'Newest tasks')).map(identity), await tasksOfRest());
});

it('takes tasks in and out of a filtered list of a project', async () => {
  const { page } = await browser.open(`${server.url}/projects/green?status=running`);
  await page.getByText('No such project').waitFor();
  await send('start', { project: 'green', task_id: 'a', task: 'Grow' });
  await eventually(async () => (await rowsOf(page, 'Tasks')).map(identity), [['running', 'a']]);
  await send('start', { project: 'green', task_id: 'b', task: 'Bloom' });
  await eventually(
    async () => (await rowsOf(page, 'Tasks')).map(identity),
    [
      ['running', 'b'],
      ['running', 'a'],
    ],
  );
  await send('finish', { project: 'green', task_id: 'a' });
  await eventually(async () => (await rowsOf(page, 'Tasks')).map(identity), [['running', 'b']]);
  await eventually(() => countersOf(page), { Active: 1, Completed: 1, Failed: 0, Cancelled: 0, Total: 2 });
});

it("tells a task's story as it happens", async () => {
  const task = { project: 'red', task_id: 'story', task: 'A long story' };
  await send('start', task);
  const { page } = await browser.open(`${server.url}/projects/red/tasks/story`);
  await eventually(() => page.locator('h1').textContent(), 'A long story');
  await send('status', { ...task, status: 'waiting', progress: 10, message: 'for a review' });
  await send('error', {
    ...task,
    error_type: 'Timeout',
    error_message: 'nobody came',
    stack_trace: 'at x (y:1)',
  });
  await eventually(
    async () => (await eventRowsOf(page)).map((words) => words.slice(0, 2)),
    [
      ['Failed', 'Timeout · nobody came'],
      ['Reported', '10% · waiting · for a review'],
      ['Started', expect.stringMatching(/^#/)],
    ],
  );
  await eventually(() => page.getByText('at x (y:1)').count(), 1);

  await page.getByText('10% · waiting · for a review').click();
  await eventually(() => page.getByText('"message": "for a review"').count(), 1);
});

/** Words of a row for its task and status. */
const identity = (words: string[]): unknown => [words[0], words[2]];
/** Words of a project's row: its name, and then each counter after its own name. */
const numbers = (words: string[]): unknown => [words[0], words[2], words[4], words[6], words[8]];

async function tasksOfRest(): Promise<unknown[]> {
  const tasks = await read<Task[]>(server.url, `/api/tasks?limit=12&min_position=${head}`);
  return tasks.map((task) => [task.status, task.task_id]);
}

async function projectsOfRest(): Promise<unknown[]> {
  const projects = await read<Project[]>(server.url, `/api/projects?min_position=${head}`);
  return projects.map((one) =>
    [one.name, one.active_tasks, one.completed_tasks, one.failed_tasks, one.total_tasks].map(String),
  );
}
