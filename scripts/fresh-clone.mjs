/**
 * Check of a newcomer's first steps, on Linux: clone, run `npm start`, send a report, press Ctrl-C, and start again.
 * As root this happens inside a folder that no other user can enter, which is what a clone under /root is.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.mjs';
import { databaseOf, processesOf, removeDatabaseOutside } from './fresh-clone/leftovers.mjs';

const START_LIMIT = 240_000;
const STOP_LIMIT = 20_000;
const REPORT = { project: 'fresh', task: 'First report', task_id: 'fresh-1', agent: 'newcomer' };

const startedAt = performance.now();
const say = (text) =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(5)} s  ${text}`);

// mkdtemp makes it 0700.
const folder = mkdtempSync(join(tmpdir(), 'att-fresh-'));
const clone = join(folder, 'agent-task-tracker');
const dataDirectory = join(clone, '.data');
const port = await freePort();
const printed = [];

try {
  const source = fileURLToPath(new URL('..', import.meta.url));
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', source, clone]);
  say(`cloned to ${clone}`);

  const first = await start();
  const answer = await call(first, '/webhook/start', { method: 'POST', body: JSON.stringify(REPORT) });
  assert.equal(answer.status, 202, 'the report was taken');
  const { position, event_id } = await answer.json();
  say(`a report was taken at position ${position}`);
  await end(first, -first.npm.pid, 'SIGINT', 'Ctrl-C to everything in the terminal');

  const second = await start();
  const event = await (await call(second, `/api/events/${position}`)).json();
  assert.equal(event.event_id, event_id, 'the event is still there after a new start');
  say('the event is still there');
  await end(second, second.npm.pid, 'SIGTERM', 'SIGTERM to npm alone');
  say('passed');
} finally {
  for (const { pid } of processesOf(clone, dataDirectory)) process.kill(pid, 'SIGKILL');
  await removeDatabaseOutside(clone, dataDirectory, printed.join(''));
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}

/** `npm start` in a process group of its own, as in a terminal, once it has printed where it is and answers. */
async function start() {
  const { DATA_DIR, DATABASE_URL, API_KEY, HOST, ...env } = process.env;
  const npm = spawn('npm', ['start'], {
    cwd: clone,
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
      printed.push(text);
    });
  }
  const exit = new Promise((resolve) => npm.once('exit', (code, signal) => resolve({ code, signal })));
  const welcome = () => output.match(/(http:\/\/\S+?)\/?\s[\s\S]*?API key\s+(\S+)/);
  const limit = Date.now() + START_LIMIT;
  while (welcome() === null) {
    assert.ok(npm.exitCode === null && npm.signalCode === null, `npm start ended:\n${output}`);
    assert.ok(Date.now() < limit, `npm start printed no URL in ${START_LIMIT / 1000} s:\n${output}`);
    await sleep(100);
  }
  const [, url, key] = welcome();
  assert.equal(url, `http://127.0.0.1:${port}`);
  // The projector's thread starts a little later than ingest.
  while ((await fetch(`${url}/readyz`)).status !== 200) {
    assert.ok(Date.now() < limit, `it did not become ready:\n${output}`);
    await sleep(100);
  }
  assert.ok(existsSync(dataDirectory), 'the data directory is ./.data');
  say(`npm start printed ${url} and is ready; its database is in ${databaseOf(dataDirectory)}`);
  return { npm, exit, url, key };
}

async function end({ exit }, pid, signal, how) {
  assert.ok(processesOf(clone, dataDirectory).length > 1, 'what runs is found');
  const from = performance.now();
  process.kill(pid, signal);
  const ended = await Promise.race([exit, sleep(STOP_LIMIT, undefined, { ref: false })]);
  assert.ok(ended !== undefined, `npm did not end in ${STOP_LIMIT / 1000} s after ${how}`);
  let left = processesOf(clone, dataDirectory);
  while (left.length > 0 && performance.now() - from < STOP_LIMIT) {
    await sleep(100);
    left = processesOf(clone, dataDirectory);
  }
  assert.deepEqual(left, [], `nothing is left running after ${how}`);
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  say(`${how}: ended with ${ended.signal ?? ended.code} and left nothing running, in ${seconds} s`);
}

function call({ url, key }, path, options = {}) {
  return fetch(url + path, { headers: { 'X-API-Key': key, 'Content-Type': 'application/json' }, ...options });
}
