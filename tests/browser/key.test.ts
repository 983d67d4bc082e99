/** Who may look: the page asks for the key, and asks again when the server does not take it. */
import { expect, it } from 'vitest';
import { API_KEY } from '../support/rest.js';
import { eventually } from './support/eventually.js';
import { connectionOf } from './support/read-page.js';
import { useBrowser } from './support/use-browser.js';
import { useServer } from './support/use-server.js';

const server = useServer();
const browser = useBrowser();

/** What the browser itself says of an answer that refuses. */
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
