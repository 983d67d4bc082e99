/** Promises of `npm start` to a person who tries the product out. */
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Att, AttProcesses } from '../support/att.js';
import { DataDirectory } from '../support/data-directory.js';
import { get, post, read, report } from '../support/rest.js';

const shell = (script: string) => promisify(execFile)('sh', ['-c', script]);

const processes = new AttProcesses();
let directory: DataDirectory;
let other: DataDirectory;
let server: Att;
let key: string;

/** A data directory that exists and is empty, and no key: as after unpacking. */
const asTriedOut = () => ({ DATA_DIR: directory.path, API_KEY: '' });

async function start(): Promise<void> {
  server = await processes.start(['start'], asTriedOut());
  await until('it says that it runs', () => server.stdout().includes('Ctrl-C stops it.'));
  key = /API key +(\S+)/.exec(server.stdout())?.[1] as string;
}

beforeAll(async () => {
  directory = await DataDirectory.create();
  other = await DataDirectory.create();
  await start();
});
afterAll(async () => {
  await processes.endAll();
  await directory.remove();
  await other.remove();
});

describe('a first start', () => {
  it('prints where it is, and a cURL that works when it is copied', async () => {
    expect(server.stdout()).toContain(`URL       ${server.url}\n`);
    const curl = /( {2}curl [\s\S]*?)\n\n/.exec(server.stdout())?.[1] as string;
    const { stdout } = await shell(curl);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'accepted', task_id: 'task-1', position: 1 });
    const task = await read(server.url, '/api/projects/my-project/tasks/task-1?min_position=1', key);
    expect(task).toMatchObject({ title: 'Try it out', status: 'running' });
  });

  it('makes a key that only its owner can read', async () => {
    const path = join(directory.path, 'api-key');
    expect(await readFile(path, 'utf8')).toBe(`${key}\n`);
    expect(key.length).toBeGreaterThanOrEqual(32);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await get(server.url, '/api/stats', 'not-the-key-0123456789')).status).toBe(401);
  });
});

describe("the operator's own key", () => {
  it('is not printed, and opens the server', async () => {
    const API_KEY = 'hunter2-hunter2-hunter2';
    const given = await DataDirectory.create();
    const own = await processes.start(['start'], { DATA_DIR: given.path, API_KEY, LOG_LEVEL: 'trace' });
    await until('it says that it runs', () => own.stdout().includes('Ctrl-C stops it.'));
    expect(own.stdout()).toContain('API key   the one that API_KEY has\n');
    expect((await get(own.url, '/api/stats', API_KEY)).status).toBe(200);
    expect(await own.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(own.stdout() + own.stderr()).not.toContain('hunter2');
    await given.remove();
  });
});

describe('what is in the way', () => {
  it('a second start on the data directory is refused, and the first goes on', async () => {
    const second = await processes.run(['start'], asTriedOut());
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`${directory.path} is in use by process ${server.pid}`);
    expect(second.stderr).toContain('DATA_DIR');
    expect(second.stderr).not.toMatch(/\n +at /);
    expect((await post(server.url, '/webhook/start', report(), key)).status).toBe(202);
  });

  it('a taken port is named, and no PostgreSQL stays behind', async () => {
    const second = await processes.run(['start'], { DATA_DIR: other.path, PORT: String(server.port) });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`port ${server.port} `);
    expect(second.stderr).toContain('PORT');
    expect(second.stderr).not.toMatch(/\n +at /);
    expect(other.postgres()).toEqual([]);
  });
});

describe('the log, beside a server and without one', () => {
  const tail = () => processes.run(['events', 'tail', '--after', '0', '--no-follow'], asTriedOut());
  const verify = () => processes.run(['events', 'verify'], asTriedOut());

  async function bothWork(): Promise<void> {
    const [tailed, verified] = [await tail(), await verify()];
    const lines = tailed.stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).position)).toEqual([1, 2]);
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      type: 'task.started',
      data: { task: 'Try it out' },
    });
    expect(verified.stdout).toContain('The chain holds: 2 events verified.\n');
    expect([tailed.code, verified.code]).toEqual([0, 0]);
  }

  it('is read and verified beside the server, which goes on', async () => {
    await bothWork();
    expect((await get(server.url, '/readyz')).status).toBe(200);
  });

  it('is read and verified after it, and all of it is there again at the next start', async () => {
    const before = key;
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(directory.postgres()).toEqual([]);
    await bothWork();
    expect(directory.postgres()).toEqual([]);

    await start();
    expect(key).toBe(before);
    const { body, headers } = await get<object[]>(server.url, '/api/events', key);
    expect(headers.get('x-total-count')).toBe('2');
    expect(body).toHaveLength(2);
  });
});
