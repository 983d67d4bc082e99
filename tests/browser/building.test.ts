/** Release that builds its read models anew: the page shows progress and the time of the end, and opens by itself then. */
import { buildEstimate, problem } from '@att/contracts';
import { expect, it } from 'vitest';
import { post, report } from '../support/rest.js';
import { eventually } from './support/eventually.js';
import { rowsOf } from './support/read-page.js';
import { useBrowser } from './support/use-browser.js';
import { useServer } from './support/use-server.js';

const server = useServer();
const browser = useBrowser();

it('shows progress and the time of the end', async () => {
  expect((await post(server.url, '/webhook/start', report({ task: 'Built at last' }))).status).toBe(202);
  const { page } = await browser.open(server.url, {
    expects: /the server responded with a status of 503/,
  });
  let isBuilding = true;
  await page.route('**/api/**', (route) => {
    if (!isBuilding) return route.continue();
    const at = { position: 250_000, head: 1_000_000, rate: 5_000 };
    const estimate = buildEstimate(at, Date.now());
    const progress = { projection: 'tasks', stage: 'filling', ...at, ...estimate };
    return route.fulfill({
      status: 503,
      headers: { 'content-type': 'application/problem+json', 'retry-after': '2' },
      json: problem('projection_behind', 'it is built anew', 'r', [], progress),
    });
  });
  await page.goto(`${server.url}/tasks`);
  await page.getByRole('heading', { name: 'The server prepares a new release' }).waitFor();
  const bar = page.getByRole('progressbar', { name: 'Built so far' });
  await eventually(async () => [25, 26].includes(Number(await bar.getAttribute('aria-valuenow'))), true);
  await page.getByText(/2\d\d,\d{3} of 1,000,000 events · reading the log/).waitFor();
  await page.getByText(/^Ready at about \d\d:\d\d:\d\d, in 2 m/).waitFor();
  isBuilding = false;
  await eventually(async () => (await rowsOf(page, 'Tasks')).map((words) => words[1]), ['Built at last']);
});
