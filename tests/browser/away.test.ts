/** Network that goes and comes, and a tab that is hidden and shown again. */
import { createTcpProxy, startStopwatch, type TcpProxy } from '@att/platform/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ELSEWHERE } from '../setup/browser-setup.js';
import { post, report } from '../support/rest.js';
import { eventually } from './support/eventually.js';
import { connectionOf, eventRowsOf } from './support/read-page.js';
import { comeBack, leaveTab } from './support/tab.js';
import { type OpenOptions, type Tab, useBrowser } from './support/use-browser.js';
import { useServer } from './support/use-server.js';

const server = useServer({ ALLOWED_HOSTS: ELSEWHERE });
const browser = useBrowser();
/** Connection between the page and the server. */
let line: TcpProxy;
let sent = 0;

beforeAll(async () => {
  line = await createTcpProxy({ host: '127.0.0.1', port: server.port });
});
afterAll(() => line.close());
beforeEach(() => say('start'));

async function say(kind: 'start' | 'status' = 'status', count = 1): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const { status } = await post(server.url, `/webhook/${kind}`, report({ status: 'running' }));
    expect(status).toBe(202);
    sent += 1;
  }
}

/** Events of the one task, on a page that is not on the server's machine. */
async function open(options: OpenOptions = {}): Promise<Tab> {
  const tab = await browser.open(`http://${ELSEWHERE}:${line.port}/projects/tests/tasks/task-1`, {
    ...options,
    // Browsers obey this header only on localhost and over TLS.
    expects: /^The Cross-Origin-Opener-Policy header has been ignored/,
  });
  await eventually(() => connectionOf(tab.page), 'Live');
  return tab;
}

/** Waits until every event is on the page once, newest first. */
async function showsAll({ page }: Tab): Promise<void> {
  const positions = Array.from({ length: sent }, (_, index) => `#${sent - index}`);
  await eventually(
    async () => (await eventRowsOf(page)).map((words) => words.find((word) => /^#/.test(word))),
    positions,
  );
}

it('says that it is offline, tries nothing, and is up to date at once when the network is back', async () => {
  const tab = await open();
  await showsAll(tab);
  const tries: string[] = [];
  await tab.context.setOffline(true);
  await say('status', 3);
  await eventually(() => connectionOf(tab.page), 'Offline');
  tab.page.on('websocket', (socket) => tries.push(socket.url()));
  expect(await eventRowsOf(tab.page)).toHaveLength(sent - 3);
  await tab.page.waitForTimeout(1_000);
  expect(tries).toEqual([]);

  await tab.context.setOffline(false);
  await eventually(() => connectionOf(tab.page), 'Live');
  await showsAll(tab);
  expect(tries).toHaveLength(1);
});

it('moves in a hidden tab, which is never painted', async () => {
  const tab = await open();
  await showsAll(tab);
  await leaveTab(tab.page);
  await say('status', 3);
  await showsAll(tab);
  await comeBack(tab.page);
  await say();
  await showsAll(tab);
});

it('catches up when a frozen tab is looked at again', async () => {
  const tab = await open();
  await showsAll(tab);
  await leaveTab(tab.page, true);
  await say('status', 3);
  await comeBack(tab.page);
  await showsAll(tab);
  expect(await connectionOf(tab.page)).toBe('Live');
});

it('finds out at once that its socket died while nobody looked', async () => {
  const tab = await open();
  await showsAll(tab);
  await leaveTab(tab.page);
  line.stall();
  await say('status', 3);
  // Long enough for a ping.
  await tab.page.waitForTimeout(2_500);
  line.resume();
  const stop = startStopwatch();
  await comeBack(tab.page);
  await showsAll(tab);
  // The dead socket would be noticed later without the ping.
  expect(stop()).toBeLessThan(15_000);
});

it('says within seconds that it is not live any more when the server is gone without a word', async () => {
  const tab = await open();
  await showsAll(tab);
  // A quiet page stays live: its pings are answered.
  await tab.page.waitForTimeout(7_000);
  expect(await connectionOf(tab.page)).toBe('Live');
  line.stall();
  const stop = startStopwatch();
  await eventually(async () => /^(Connecting|Reconnecting)/.test(await connectionOf(tab.page)), true);
  // 10 s, and the delay of a busy machine.
  expect(stop()).toBeLessThan(14_000);
  await say();
  line.resume();
  await eventually(() => connectionOf(tab.page), 'Live');
  await showsAll(tab);
});

it('stays live in a tab that was frozen between a question and its answer', async () => {
  const tab = await open();
  await showsAll(tab);
  const sockets: string[] = [];
  tab.page.on('websocket', (socket) => sockets.push(socket.url()));
  for (let times = 0; times < 2; times += 1) {
    await leaveTab(tab.page, true);
    // Longer than a pong may take.
    await tab.page.waitForTimeout(9_000);
    await comeBack(tab.page);
    await tab.page.waitForTimeout(1_000);
    expect(await connectionOf(tab.page)).toBe('Live');
  }
  expect(sockets).toEqual([]);
});

it('does not wait any longer once it is looked at', async () => {
  const tab = await open();
  await showsAll(tab);
  // Hardly any jitter: the fifth wait takes 8 s.
  await tab.page.evaluate(() => {
    Math.random = () => 0.99;
  });
  line.down();
  await eventually(() => connectionOf(tab.page), expect.stringMatching(/^Reconnecting in (7|8|1\d|2\d) s$/));
  await leaveTab(tab.page);
  await say();
  line.restore();
  const stop = startStopwatch();
  await comeBack(tab.page);
  await eventually(() => connectionOf(tab.page), 'Live');
  expect(stop()).toBeLessThan(3_000);
  await showsAll(tab);
});

it('has room for its trouble on a phone', async () => {
  const tab = await open({ viewport: { width: 390, height: 844 } });
  line.down();
  const retry = tab.page.getByRole('button', { name: 'Try now' });
  await eventually(() => connectionOf(tab.page), expect.stringMatching(/^Reconnecting in/));
  const header = tab.page.locator('header').first();
  const [button, theme] = [
    await retry.boundingBox(),
    await header.getByRole('button', { name: /^Theme/ }).boundingBox(),
  ];
  expect((button?.x ?? 0) + (button?.width ?? 0)).toBeLessThanOrEqual(theme?.x ?? 0);
  line.restore();
  await eventually(() => connectionOf(tab.page), 'Live');
});
