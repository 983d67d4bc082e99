/** Replay page: wherever it is stopped, it shows what REST answers for that position. */
import type { Task } from '@att/contracts';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { post, read, report } from '../support/rest.js';
import { eventually, looking } from './support/eventually.js';
import { countersOf, eventRowsOf, rowsOf } from './support/read-page.js';
import { useBrowser } from './support/use-browser.js';
import { useServer } from './support/use-server.js';

const server = useServer();
const browser = useBrowser();

/** Tasks of the story, and milliseconds between two reports: long enough to be paused in the middle of it. */
const TASKS = ['Собрать отчёт', 'Fix the build', 'Read the paper', 'Tidy up'];
const PAUSE = 150;

/** Positions of the first and of the last report. */
let first = 0;
let last = 0;

/** Story: in two projects at the same time, each task starts, reports twice, and ends, or fails and starts again. */
const STORY = ['start', 'status', 'status', 'end', 'start', 'finish'].flatMap((act, round) =>
  TASKS.map((task, index) => {
    const project = index < 3 ? 'red' : 'blue';
    const kind = act === 'end' ? (index === 1 ? 'error' : 'finish') : act;
    return {
      kind,
      body: {
        project,
        task,
        task_id: `t${index}`,
        ...(kind === 'status' ? { status: round === 1 ? 'waiting' : 'testing', progress: round * 20 } : {}),
        ...(kind === 'error'
          ? { error_type: 'BuildError', error_message: 'no such file', stack_trace: 'at build (x.ts:1)' }
          : {}),
      },
    };
  }),
);

beforeAll(async () => {
  for (const { kind, body } of STORY) {
    const answer = await post(server.url, `/webhook/${kind}`, report(body));
    expect(answer.status).toBe(202);
    last = answer.body.position;
    first ||= last;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  await read(server.url, `/api/stats?min_position=${last}`);
});

it('keeps the times of its address in the hour that autumn repeats, and goes on after the one that spring skips', async () => {
  const stretch = 'from=2026-10-25T00:30:00Z&to=2026-10-25T01:45:00Z';
  const { page } = await browser.open(`${server.url}/replay?${stretch}`, { timezoneId: 'Europe/Berlin' });
  const fields = page.locator('input[type=datetime-local]');
  const offsets = page.getByRole('combobox', { name: /which of the two hours/ });
  const chosen = () => offsets.evaluateAll((found) => found.map((one) => (one as HTMLSelectElement).value));
  await eventually(
    chosen,
    [Date.parse('2026-10-25T00:30:00Z'), Date.parse('2026-10-25T01:45:00Z')].map(String),
  );
  expect(await fields.evaluateAll((found) => found.map((one) => (one as HTMLInputElement).value))).toEqual([
    '2026-10-25T02:30',
    '2026-10-25T02:45',
  ]);
  await offsets.first().selectOption('UTC+1');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await eventually(() => new URL(page.url()).searchParams.get('from'), '2026-10-25T01:30:00.000Z');
  expect(new URL(page.url()).searchParams.get('to')).toBe('2026-10-25T01:45:00.000Z');
  await fields.first().fill('2026-03-29T02:30:15');
  await fields.first().blur();
  await eventually(() => fields.first().inputValue(), '2026-03-29T03:30:15');
});

it('plays a whole log at the greatest speed, to its end', async () => {
  const { page } = await browser.open(`${server.url}/replay?speed=max`);
  await eventually(() => playheadOf(page), { seen: 0, total: STORY.length, position: first - 1 });
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await eventually(() => playheadOf(page), { seen: STORY.length, total: STORY.length, position: last });
  await showsWhatRestAnswers(page);
  await eventually(() => page.getByText('The replay has ended').count(), 1);
});

it('plays at a speed, stands where it is paused, and goes where it is sought', async () => {
  const { page } = await browser.open(`${server.url}/replay?speed=0.5`);
  await eventually(async () => (await playheadOf(page)).position, first - 1);
  await page.keyboard.press('Space');
  await looking(async () => (await playheadOf(page)).position).toBeGreaterThan(first + 3);
  await page.keyboard.press('Space');
  const paused = await showsWhatRestAnswers(page);
  expect(paused).toBeLessThan(last);

  const slider = page.getByRole('slider', { name: 'Moment' });
  const { width = 0, height = 0 } = (await slider.boundingBox()) ?? {};
  for (const part of [0.8, 0.3, 0.55]) {
    const before = (await playheadOf(page)).position;
    await slider.click({ position: { x: width * part, y: height / 2 } });
    await looking(async () => (await playheadOf(page)).position).not.toBe(before);
    await showsWhatRestAnswers(page);
  }
  await slider.press('Home');
  await eventually(() => playheadOf(page), { seen: 0, total: STORY.length, position: first - 1 });
  await slider.press('End');
  await eventually(async () => (await playheadOf(page)).position, last);
  await showsWhatRestAnswers(page);
});

it('goes on behind the moment that was sought while it plays', async () => {
  const { page } = await browser.open(`${server.url}/replay?speed=0.5&at=${last}`);
  await eventually(async () => (await playheadOf(page)).position, last);
  // A replay at its end begins again.
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await looking(async () => (await playheadOf(page)).position).toBeLessThan(last);
  const slider = page.getByRole('slider', { name: 'Moment' });
  const { width = 0, height = 0 } = (await slider.boundingBox()) ?? {};
  await slider.click({ position: { x: width * 0.7, y: height / 2 } });
  await page.getByLabel('Speed').selectOption('4');
  await eventually(async () => (await playheadOf(page)).position, last);
  await showsWhatRestAnswers(page);
});

it('steps from event to event and to the failure, and keeps the moment in its address', async () => {
  const { page } = await browser.open(`${server.url}/replay?project=red&at=${first + 9}`);
  await eventually(async () => (await playheadOf(page)).position, first + 9);
  await page.keyboard.press('ArrowLeft');
  await eventually(async () => (await playheadOf(page)).position, first + 8);
  await page.keyboard.press('ArrowRight');
  await eventually(async () => (await playheadOf(page)).position, first + 9);
  await page.keyboard.press('Shift+ArrowRight');
  const failure = first + 3 * TASKS.length + 1;
  await eventually(async () => (await playheadOf(page)).position, failure);
  await showsWhatRestAnswers(page, 'red');
  await eventually(() => new URL(page.url()).searchParams.get('at'), String(failure));
  await page.keyboard.press('Shift+ArrowRight');
  await eventually(() => page.getByText('There is no later failure in this stretch.').count(), 1);
});

it('plays one task, with its fields and events as they were', async () => {
  const { page } = await browser.open(`${server.url}/projects/red/tasks/t1`);
  await page.getByRole('link', { name: 'Replay' }).last().click();
  await eventually(() => playheadOf(page), { seen: 0, total: 6, position: first });
  await page.getByText('The task has not been heard of yet at this moment.').waitFor();

  await page.getByLabel('Speed').selectOption('max');
  await page.keyboard.press('Shift+ArrowRight');
  await page.getByText('at build (x.ts:1)').waitFor();
  await eventually(
    async () => (await eventRowsOf(page)).map((words) => words.slice(0, 2)),
    [
      ['Failed', 'BuildError · no such file'],
      ['Reported', '40% · testing'],
      ['Reported', '20% · waiting'],
      ['Started', expect.stringMatching(/^#/)],
    ],
  );
  await page.keyboard.press('Space');
  await eventually(async () => (await playheadOf(page)).seen, 6);
  await eventually(() => page.getByText('at build (x.ts:1)').count(), 0);
  await eventually(() => page.locator('main').getByTitle('completed').count(), 1);
});

it('says what is wrong with an address, and what to do where there is nothing to play', async () => {
  const { page } = await browser.open(`${server.url}/replay?speed=99&at=here`);
  await page.getByText('speed must be a number from 0.5 to 64, or max').waitFor();
  await page.getByText('at must be a whole number').waitFor();
  await page.getByRole('link', { name: 'Start anew' }).click();
  await eventually(async () => (await playheadOf(page)).total, STORY.length);

  const expects = /the server responded with a status of 404/;
  const unknown = await browser.open(`${server.url}/replay?project=green`, { expects });
  await unknown.page.getByText('There is no project called “green”').waitFor();
  const early = await browser.open(`${server.url}/replay?from=2000-01-01T00:00:00Z&to=2000-01-02T00:00:00Z`);
  await early.page.getByRole('link', { name: 'Play the whole' }).click();
  await eventually(async () => (await playheadOf(early.page)).total, STORY.length);
});

it('goes on from where it was when the server was killed in the middle of it', async () => {
  const { page } = await browser.open(`${server.url}/replay?speed=0.5`);
  await eventually(async () => (await playheadOf(page)).position, first - 1);
  await page.keyboard.press('Space');
  await looking(async () => (await playheadOf(page)).position).toBeGreaterThan(first + 2);
  await server.kill();
  await page.getByText('The connection is lost.').waitFor();
  const held = (await playheadOf(page)).position;
  expect(held).toBeLessThan(last);
  await server.startAgain();
  await eventually(async () => (await playheadOf(page)).position, last);
  await eventually(() => playheadOf(page), { seen: STORY.length, total: STORY.length, position: last });
  await showsWhatRestAnswers(page);
});

it('takes in what has happened since, when the whole is asked for again, and stands where it stood', async () => {
  const send = async () => {
    const answer = await post(server.url, '/webhook/start', report({ project: 'green', task_id: 'g' }));
    await read(server.url, `/api/stats?min_position=${answer.body.position}`);
    return answer.body.position;
  };
  await send();
  const position = await send();
  const { page } = await browser.open(`${server.url}/replay?project=green&at=${position}`);
  await eventually(() => playheadOf(page), { seen: 2, total: 2, position });
  await send();
  await page.getByRole('button', { name: 'Whole', exact: true }).click();
  await eventually(() => playheadOf(page), { seen: 2, total: 3, position });
});

interface Playhead {
  seen: number;
  total: number;
  position: number;
}

/** Playhead that the page shows: `12 of 24 events · position 12`. */
async function playheadOf(page: Page): Promise<Playhead> {
  const words = await page
    .locator('main')
    .getByText(/^[\d,]+ of [\d,]+ events · position [\d,]+$/)
    .textContent();
  const [seen = -1, total = -1, position = -1] = (words?.match(/[\d,]+/g) ?? []).map((digits) =>
    Number(digits.replaceAll(',', '')),
  );
  return { seen, total, position };
}

/** @returns the position of the comparison */
async function showsWhatRestAnswers(page: Page, project?: string): Promise<number> {
  await eventually(() => page.locator('main [aria-busy=true]').count(), 0);
  const { position } = await playheadOf(page);
  const of = `as_of=${position}${project === undefined ? '' : `&project=${project}`}`;
  const stats = await read<Record<string, number>>(server.url, `/api/stats?${of}`);
  await eventually(() => countersOf(page), {
    Active: stats.active_tasks,
    Completed: stats.completed_tasks,
    Failed: stats.failed_tasks,
    Cancelled: 0,
    Total: stats.total_tasks,
  });
  const tasks = await read<Task[]>(server.url, `/api/tasks?${of}`);
  await eventually(
    async () => (await rowsOf(page, 'Tasks at this moment')).map(([status, title]) => [status, title]).sort(),
    tasks.map((task) => [task.status, task.title]).sort(),
  );
  expect((await playheadOf(page)).position).toBe(position);
  return position;
}
