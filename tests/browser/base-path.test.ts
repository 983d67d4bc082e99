/** Build of the page under a base path: its files, links, reads and socket all stay under it. */
import { expect, it } from 'vitest';
import { API_KEY, report } from '../support/rest.js';
import { eventually } from './support/eventually.js';
import { connectionOf, rowsOf } from './support/read-page.js';
import { useBrowser } from './support/use-browser.js';
import { useServer } from './support/use-server.js';

const BASE = '/tools/tracker';

const server = useServer({ BASE_PATH: BASE });
const browser = useBrowser();

it('opens, follows the log and goes from page to page below the path', async () => {
  const { page } = await browser.open('about:blank', { key: null });
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    if (origin === server.url && !pathname.startsWith(`${BASE}/`)) elsewhere.push(pathname);
  });
  page.on('websocket', (socket) => {
    if (!new URL(socket.url()).pathname.startsWith(`${BASE}/`)) elsewhere.push(socket.url());
  });
  await page.goto(`${server.url}${BASE}/tasks`);
  await page.getByLabel('API key').fill(API_KEY);
  await page.getByLabel('API key').press('Enter');
  await page.getByText('No tasks yet').waitFor();
  expect(await page.getByText(`curl -X POST ${server.url}${BASE}/webhook/start`).count()).toBe(1);
  await eventually(() => connectionOf(page), 'Live');

  const answer = await fetch(`${server.url}${BASE}/webhook/start`, {
    method: 'POST',
    headers: { 'X-API-Key': API_KEY, 'Content-Type': 'application/json' },
    body: JSON.stringify(report({ project: 'a/b', task_id: '..', task: 'Below' })),
  });
  expect(answer.status).toBe(202);
  await eventually(async () => (await rowsOf(page, 'Tasks')).length, 1);

  await page.getByRole('list', { name: 'Tasks' }).getByRole('link').click();
  await eventually(() => new URL(page.url()).pathname, `${BASE}/projects/a%2Fb/tasks/~..`);
  await eventually(() => page.locator('ol > li').count(), 1);
  await page.reload();
  await eventually(() => page.locator('h1').textContent(), 'Below');
  await page.getByRole('link', { name: 'Skip to the content' }).press('Enter');
  expect(new URL(page.url()).pathname).toBe(`${BASE}/projects/a%2Fb/tasks/~..`);
  await page.getByRole('link', { name: 'Replay' }).last().click();
  await page.getByRole('slider').waitFor();
  expect(new URL(page.url()).pathname).toBe(`${BASE}/replay`);
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await eventually(() => page.getByText('1 of 1 event').count().then(Boolean), true);
  await page.getByRole('link', { name: 'Overview', exact: true }).first().click();
  await eventually(() => page.getByRole('list', { name: 'Projects' }).getByRole('listitem').count(), 1);
  expect(elsewhere).toEqual([]);
});
