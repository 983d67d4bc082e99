/** Computer whose clock is wrong: ages, durations and ranges on its page are by the server's time. */
import { expect, it } from 'vitest';
import { post, report } from '../support/rest.js';
import { eventually } from './support/eventually.js';
import { connectionOf } from './support/read-page.js';
import { useBrowser } from './support/use-browser.js';
import { useServer } from './support/use-server.js';

const HOUR = 3_600_000;

const server = useServer();
const browser = useBrowser();

async function start(task_id: string): Promise<void> {
  const { status } = await post(server.url, '/webhook/start', report({ task_id, task: task_id }));
  expect(status).toBe(202);
}

it.each([
  ['three hours ahead', 3 * HOUR],
  ['three hours behind', -3 * HOUR],
  ['four hundred days ahead', 400 * 24 * HOUR],
])('on a clock that is %s', async (name, clockAhead) => {
  await start(name);
  const { page } = await browser.open(`${server.url}/tasks`, { clockAhead });
  expect(Math.abs((await page.evaluate(() => Date.now())) - Date.now())).toBeGreaterThan(2 * HOUR);
  const row = page.getByRole('listitem').filter({ hasText: name }).first();
  await eventually(() => connectionOf(page), 'Live');
  const seconds = /^(\d+ s|1 m( \d+ s)?)$/;
  await eventually(
    async () => seconds.test((await row.locator('> a > span').nth(5).textContent()) ?? ''),
    true,
  );
  await eventually(
    async () => /^(now|\d+s ago|1m ago)$/.test((await row.locator('time').textContent()) ?? ''),
    true,
  );
  await eventually(
    () =>
      page
        .locator('header')
        .getByText(/last event (now|\d+s ago|1m ago)/)
        .count(),
    1,
  );

  await page.goto(`${server.url}/replay`);
  await page.getByRole('button', { name: 'Last 15 min' }).click();
  await page.getByRole('slider').waitFor();
  await page.getByRole('slider').press('End');
  await eventually(() => page.getByRole('link').filter({ hasText: name }).count().then(Boolean), true);
  const query = new URL(page.url()).searchParams;
  expect(Math.abs(Date.parse(query.get('to') ?? '') - Date.now())).toBeLessThan(60_000);
});
