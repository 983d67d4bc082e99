/** A crash of the database loses the last commits of read models: they are applied again, without a new report. */

import { startStopwatch, until } from '@att/platform/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Att, AttProcesses } from '../support/att.js';
import { DataDirectory } from '../support/data-directory.js';
import { get, post, report } from '../support/rest.js';

/** Crashes; without a cure read models stayed behind in six of six. */
const CRASHES = 6;
/** Milliseconds from the moment that the database is there again. */
const RECOVERY = 10_000;

const processes = new AttProcesses();
let directory: DataDirectory;
let server: Att;

beforeAll(async () => {
  directory = await DataDirectory.create();
  server = await processes.start(['start'], { DATA_DIR: directory.path });
  await server.ready();
});
afterAll(async () => {
  await processes.endAll();
  await directory.remove();
});

const status = async (path: string) => (await get(server.url, path)).status;

it('is projected again, by the one projector that there is', async () => {
  for (let crash = 0; crash < CRASHES; crash++) {
    const { body } = await post(server.url, '/webhook/start', report({ task_id: `task-${crash}` }));
    const path = `/api/tasks?limit=1&min_position=${body.position}`;
    await until('it is projected', async () => (await status(path)) === 200);
    const before = directory.postmaster();
    // Killed at once: commits of read models reach the disk some 200 ms later.
    directory.killPostgres();
    await until('PostgreSQL was started again', () => {
      const now = directory.postmaster();
      return now !== undefined && now.pid !== before?.pid;
    });
    await until('the database answers', async () => (await status('/db-check')) === 200);
    const stop = startStopwatch();
    await until(`the report before crash ${crash + 1} is there`, async () => (await status(path)) === 200);
    expect(stop()).toBeLessThan(RECOVERY);
    await server.ready();
  }
});
