/** Names and texts of senders: none of them moves its neighbours, hides anything, or is out of reach. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { post, report } from '../support/rest.js';
import { eventually } from './support/eventually.js';
import { connectionOf, rowsOf } from './support/read-page.js';
import { useBrowser } from './support/use-browser.js';
import { useServer } from './support/use-server.js';

const server = useServer();
const browser = useBrowser();

const DISGUISED = '\u202egnp.exe';
const HEBREW = 'בדיקה (v2)';
const ODD_NAMES = ['.', '..', '~.', '%2F', 'a/b?c#d', '%', HEBREW, DISGUISED, 'x'.repeat(200)];
/** Characters that must not reach a page unchanged: overrides, embeddings, isolates of a sender, and C1 controls. */
const HARMFUL = /[\u202a-\u202e\u2066\u2067]|(?![\t\r\n])\p{Cc}/u;

async function send(kind: 'start' | 'status' | 'finish' | 'error', fields: object): Promise<void> {
  const { status } = await post(server.url, `/webhook/${kind}`, report(fields));
  expect(status).toBe(202);
}

beforeAll(async () => {
  for (const name of ODD_NAMES) await send('start', { project: name, task_id: name, task: `of ${name}` });
});

it.each(ODD_NAMES)('a project and a task called %j are reached by their links', async (name) => {
  const { page } = await browser.open(server.url);
  await eventually(() => connectionOf(page), 'Live');
  const project = page.getByRole('list', { name: 'Projects' }).getByRole('listitem').nth(indexOf(name));
  await project.getByRole('link').click();
  await eventually(async () => (await rowsOf(page, 'Tasks')).length, 1);
  await page.getByRole('list', { name: 'Tasks' }).getByRole('link').click();
  await eventually(() => page.getByRole('heading', { name: 'Events' }).count(), 1);
  await eventually(() => page.locator('ol > li').count(), 1);
  await page.reload();
  await eventually(() => page.locator('ol > li').count(), 1);
});

/** Order with the newest first. */
const indexOf = (name: string) => ODD_NAMES.length - 1 - ODD_NAMES.indexOf(name);

it('shows what is invisible in a text, and lets none of it reach its neighbours', async () => {
  const task = {
    project: 'shop',
    task_id: DISGUISED,
    task: `${DISGUISED} \u009b31m`,
    agent: `\u2066${HEBREW}`,
  };
  await send('start', { ...task, metadata: { [DISGUISED]: HEBREW } });
  await send('status', { ...task, status: DISGUISED, message: `${HEBREW}\n${DISGUISED} 👩‍👩‍👧‍👦` });
  await send('error', { ...task, error_type: DISGUISED, error_message: DISGUISED, stack_trace: DISGUISED });
  const { page } = await browser.open(`${server.url}/tasks`);
  await page.getByText('gnp.exe').first().waitFor();
  expect(await isolated(page)).toEqual([]);
  expect(await read(page)).not.toMatch(HARMFUL);

  await page.goto(`${server.url}/projects/shop/tasks/${encodeURIComponent(DISGUISED)}`);
  await eventually(() => page.locator('ol > li').count(), 3);
  await eventually(() => page.title(), '[U+202E]gnp.exe [U+009B]31m · Agent Task Tracker');
  await page.getByText('U+202E').first().waitFor();
  await eventually(() => page.getByTitle('U+009B control sequence introducer').count().then(Boolean), true);
  await eventually(() => page.getByText('👩‍👩‍👧‍👦').count().then(Boolean), true);
  expect(await isolated(page)).toEqual([]);
  expect(await read(page)).not.toMatch(HARMFUL);

  await page.goto(`${server.url}/replay?project=shop`);
  await page.getByRole('slider').press('End');
  await page.getByRole('list', { name: 'Tasks at this moment' }).getByText('gnp.exe').first().waitFor();
  expect(await isolated(page)).toEqual([]);
  expect(await read(page)).not.toMatch(HARMFUL);
});

/** Every text of a page, visible or for screen readers. */
async function read(page: Page): Promise<string> {
  return page.evaluate(() => {
    const hints = [...document.querySelectorAll('[title], [aria-label], [aria-valuetext]')].flatMap(
      (element) => ['title', 'aria-label', 'aria-valuetext'].map((name) => element.getAttribute(name) ?? ''),
    );
    return [document.title, document.body.textContent, ...hints].join('\n');
  });
}

/** Texts with right-to-left letters that could move the text beside them. */
async function isolated(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wrong: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { parentElement, textContent } = texts.currentNode;
      if (!/[\u0590-\u07ff]/.test(textContent ?? '')) continue;
      // Options are drawn by the system, so their text has isolates of its own.
      if (parentElement?.closest('option') !== null && /^\s*\u2068/.test(textContent ?? '')) continue;
      const bidi = parentElement === null ? '' : getComputedStyle(parentElement).unicodeBidi;
      if (bidi !== 'isolate' && bidi !== 'plaintext') wrong.push(textContent ?? '');
    }
    return wrong;
  });
}

it('shows a key called __proto__ like any other, as it comes and after a reload', async () => {
  const { page } = await browser.open(`${server.url}/projects/shop/tasks/proto`);
  await eventually(() => connectionOf(page), 'Live');
  const body = JSON.stringify({ project: 'shop', task_id: 'proto', task: 'Odd keys', agent: 'a' });
  for (const [kind, metadata] of [
    ['start', '{"first":1}'],
    ['status', '{"__proto__":{"kept":true},"constructor":2}'],
  ]) {
    const { status } = await post(
      server.url,
      `/webhook/${kind}`,
      JSON.parse(`${body.slice(0, -1)},"metadata":${metadata}}`),
    );
    expect(status).toBe(202);
  }
  const shown = () => page.getByRole('region', { name: 'Metadata' }).textContent();
  const all = { first: 1, ['__proto__']: { kept: true }, constructor: 2 };
  await eventually(async () => JSON.parse((await shown()) ?? 'null'), all);
  expect(await shown()).toContain('__proto__');
  await page.reload();
  await eventually(async () => JSON.parse((await shown()) ?? 'null'), all);
  expect(await shown()).toContain('__proto__');
});

it('shows no half-full bar of a task that is completed', async () => {
  for (const [task_id, end] of [
    ['half-done', 'finish'],
    ['half-failed', 'error'],
  ] as const) {
    await send('start', { project: 'bars', task_id, task: task_id });
    await send('status', { project: 'bars', task_id, task: task_id, progress: 40 });
    await send(end, { project: 'bars', task_id, task: task_id, error_type: 'E', error_message: 'm' });
  }
  const { page } = await browser.open(`${server.url}/projects/bars`);
  const bars = () =>
    page
      .getByRole('list', { name: 'Tasks' })
      .locator('[style*=width]')
      .evaluateAll((found) => found.map((bar) => (bar as HTMLElement).style.width));
  await eventually(bars, ['40%', '100%']);
  expect((await rowsOf(page, 'Tasks')).map((words) => words.includes('40%'))).toEqual([true, false]);
});
