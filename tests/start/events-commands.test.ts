/** Commands on the log itself, also where something is amiss: the reader goes away, or there is no log. */
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLOSE_CODES, SOCKET_PATH } from '@att/contracts';
import { createTestDatabase } from '@att/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { AttProcesses } from '../support/att.js';
import { DataDirectory } from '../support/data-directory.js';
import { API_KEY, post, report } from '../support/rest.js';

const processes = new AttProcesses();
let directory: DataDirectory;

beforeAll(async () => {
  directory = await DataDirectory.create();
  await fillLog();
});
afterAll(async () => {
  await processes.endAll();
  await directory.remove();
});

/** Far more text than a pipe holds (64 KiB). */
async function fillLog(): Promise<void> {
  const server = await processes.start(['start'], { DATA_DIR: directory.path });
  await server.ready();
  const batch = Array.from({ length: 1_000 }, (_, index) => ({
    type: 'start',
    ...report({ task_id: `task-${index}`, metadata: { text: 'x'.repeat(1_000) } }),
  }));
  expect((await post(server.url, '/webhook/batch', batch)).status).toBe(207);
  await server.end('SIGTERM');
}

describe('att events tail into a pipe that its reader closes', () => {
  it.each(['--after 0', '--after 0 --no-follow'])(
    '%s ends well and leaves no PostgreSQL',
    async (options) => {
      const args = ['events', 'tail', ...options.split(' ')];
      const tail = await processes.start(args, { DATA_DIR: directory.path });
      await once(tail.child.stdout as NonNullable<typeof tail.child.stdout>, 'data');
      tail.child.stdout?.destroy();
      expect(await tail.ended).toEqual({ code: 0, signal: null });
      expect(tail.stderr()).toBe('');
      expect(directory.postgres()).toEqual([]);
    },
  );
});

describe('att log new-epoch', () => {
  it('gives the log another epoch, beside a server too, and leaves the chain whole', async () => {
    const newEpoch = async () => {
      const ran = await processes.run(['log', 'new-epoch'], { DATA_DIR: directory.path });
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      return /^The log, which ends at 1000, has a new epoch: ([0-9a-f-]{36})\.\n$/.exec(ran.stdout)?.[1];
    };
    const first = await newEpoch();
    const server = await processes.start(['start'], { DATA_DIR: directory.path });
    await server.ready();
    const hello = async () => {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}${SOCKET_PATH}?api_key=${API_KEY}`);
      const [text] = await once(socket, 'message');
      return { socket, epoch: JSON.parse(String(text)).epoch };
    };
    const { socket, epoch } = await hello();
    expect(epoch).toBe(first);
    const closed = once(socket, 'close');
    const second = await newEpoch();
    expect(second).not.toBe(first);
    expect((await closed)[0]).toBe(CLOSE_CODES.restarting);
    const back = await hello();
    expect(back.epoch).toBe(second);
    back.socket.terminate();
    await server.end('SIGTERM');
    const verified = await processes.run(['events', 'verify'], { DATA_DIR: directory.path });
    expect(verified.stdout).toBe('The chain holds: 1000 events verified.\n');
  });
});

describe('a log that is not there', () => {
  it.each(['events verify', 'events tail', 'log new-epoch'])(
    'att %s refuses to make one',
    async (command) => {
      const empty = `${directory.path}-mistyped`;
      const ran = await processes.run(command.split(' '), { DATA_DIR: empty });
      expect(ran).toMatchObject({ code: 1, stdout: '' });
      expect(ran.stderr).toBe(
        `att: there is no database in ${empty}: set DATA_DIR to the directory of the log, or DATABASE_URL\n`,
      );
      await expect(readdir(empty)).rejects.toThrow('ENOENT');
    },
  );

  it('nor in a directory that is there, or a file', async () => {
    const other = await DataDirectory.create();
    const file = join(other.path, 'file');
    await writeFile(file, '');
    await mkdir(join(other.path, 'empty'));
    for (const DATA_DIR of [join(other.path, 'empty'), file]) {
      const ran = await processes.run(['events', 'verify'], { DATA_DIR });
      expect(ran.stderr).toContain(`there is no database in ${DATA_DIR}`);
    }
    expect(await readdir(join(other.path, 'empty'))).toEqual([]);
    await other.remove();
  });

  it('says what to do about a database without a log', async () => {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.connectionString });
    await client.connect();
    await client.query('DROP TABLE public.att_migrations_log');
    await client.end();
    const ran = await processes.run(['events', 'verify'], { DATABASE_URL: database.connectionString });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain('run att migrate');
    expect(ran.stderr).not.toMatch(/\n +at /);
    await database.drop();
  });
});
