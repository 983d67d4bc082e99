/** Uses the product as an agent and a viewer would, once, with the Node that runs this. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';
import { freePort } from './free-port.mjs';

const apiKey = 'smoke-test-key-0123456789';
const dataDirectory = await mkdtemp(join(tmpdir(), 'att-smoke-'));
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const server = spawn(
  process.execPath,
  ['--enable-source-maps', fileURLToPath(new URL('../cli/dist/main.js', import.meta.url)), 'start'],
  {
    env: { ...process.env, PORT: String(port), API_KEY: apiKey, DATA_DIR: dataDirectory, DATABASE_URL: '' },
    stdio: ['ignore', 'inherit', 'inherit'],
  },
);
const ended = new Promise((resolve) => server.once('exit', (code) => resolve(code)));

try {
  await ready();
  const frames = [];
  const socket = new WebSocket(`ws://127.0.0.1:${port}/webhook/ws?api_key=${apiKey}`);
  socket.on('message', (text) => frames.push(JSON.parse(String(text))));
  await new Promise((resolve) => socket.once('open', resolve));

  const report = { project: 'smoke', task: 'Smoke test', task_id: 'smoke/1', agent: 'smoke' };
  const answer = await call('/webhook/start', { method: 'POST', body: JSON.stringify(report) });
  assert.equal(answer.status, 202);
  const { position } = await answer.json();

  const task = await call(`/api/projects/smoke/tasks/smoke%2F1?min_position=${position}`);
  assert.equal(task.status, 200);
  assert.equal((await task.json()).status, 'running');

  await until(() => frames.some((frame) => frame.position === position && frame.type === 'task_started'));
  socket.close();

  const page = await fetch(url, { headers: { Accept: 'text/html' } });
  assert.match(await page.text(), /<div id="root">/);

  server.kill('SIGTERM');
  assert.equal(await ended, 0);
  console.log(`Smoke test passed on Node ${process.version}.`);
} finally {
  server.kill('SIGKILL');
  await rm(dataDirectory, { recursive: true, force: true });
}

function call(path, options = {}) {
  const headers = { 'X-API-Key': apiKey, 'Content-Type': 'application/json' };
  return fetch(`${url}${path}`, { headers, ...options });
}

async function ready() {
  await until(() => {
    assert.equal(server.exitCode, null, 'the server ended');
    return fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
  });
}

async function until(condition) {
  for (let tries = 0; tries < 300; tries++) {
    if (await condition()) return;
    await sleep(100);
  }
  assert.fail('it did not happen in 30 s');
}
