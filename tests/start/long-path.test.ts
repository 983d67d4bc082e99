/** A data directory whose path is too long for a Unix socket: everything that reaches the database finds it. */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AttProcesses } from '../support/att.js';
import { DataDirectory } from '../support/data-directory.js';
import { post, readLog, report } from '../support/rest.js';

const processes = new AttProcesses();
let parent: DataDirectory;
let directory: DataDirectory;

beforeAll(async () => {
  parent = await DataDirectory.create();
  // PostgreSQL runs as another user where we are root.
  await chmod(parent.path, 0o755);
  directory = DataDirectory.at(join(parent.path, 'd'.repeat(150 - parent.path.length - 1)));
});
afterAll(async () => {
  await processes.endAll();
  await directory.remove();
  await parent.remove();
});

const start = async () => {
  const server = await processes.start(['start'], { DATA_DIR: directory.path });
  await server.ready();
  return server;
};
const verify = () => processes.run(['events', 'verify'], { DATA_DIR: directory.path });

it('works beside the server, after a crash of it, and without one', async () => {
  const killed = await start();
  expect((await post(killed.url, '/webhook/start', report())).status).toBe(202);
  expect(await verify()).toMatchObject({ code: 0, stderr: '' });
  // PostgreSQL lives on.
  await killed.end('SIGKILL');
  expect(directory.postmaster()).toBeDefined();
  expect((await verify()).stdout).toContain('1 event');

  const server = await start();
  expect(await readLog(server.url)).toHaveLength(1);
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(directory.postgres()).toEqual([]);
});
