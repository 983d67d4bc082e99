/** Commands on the log itself, also where something is amiss: the reader goes away, or there is no log. */
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SOCKET_PATH } from '@att/contracts';
import { createTestDatabase, type TestDatabase } from '@att/platform/testing';
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

describe('att events tail', () => {
  it('steers no terminal, and is the JSON that was sent', async () => {
    const server = await processes.start(['start'], { DATA_DIR: directory.path });
    await server.ready();
    const task_id = '\u202egnp.exe\u009b2J\u200b\u{e0041}\u2028';
    const { body } = await post(server.url, '/webhook/start', report({ task_id }));
    const { position } = body as { position: number };
    const args = ['events', 'tail', '--after', String(position - 1), '--no-follow'];
    const ran = await processes.run(args, { DATA_DIR: directory.path });
    expect(ran.stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    const line = JSON.parse(ran.stdout);
    expect([line.task_id, line.data.task_id]).toEqual([task_id, task_id]);
    const late = await processes.run(['events', 'tail', '--after', '99999'], { DATA_DIR: directory.path });
    expect(late).toMatchObject({ code: 1, stdout: '' });
    expect(late.stderr).toBe(`att: the log ends at position ${position}, before --after 99999\n`);
    await server.end('SIGTERM');
  });
});

describe('att log new-epoch', () => {
  it('gives the log another epoch, beside a server too, and leaves the chain whole', async () => {
    const newEpoch = async () => {
      const ran = await processes.run(['log', 'new-epoch'], { DATA_DIR: directory.path });
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      return /^The log, which ends at 1001, has a new epoch: ([0-9a-f-]{36})\.\n$/.exec(ran.stdout)?.[1];
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
    const reset = new Promise<object>((resolve) => {
      socket.on('message', (text) => {
        const frame = JSON.parse(String(text));
        if (frame.type === 'reset') resolve(frame);
      });
    });
    const second = await newEpoch();
    expect(second).not.toBe(first);
    expect(await reset).toMatchObject({ epoch: second });
    socket.terminate();
    const back = await hello();
    expect(back.epoch).toBe(second);
    back.socket.terminate();
    await server.end('SIGTERM');
    const verified = await processes.run(['events', 'verify'], { DATA_DIR: directory.path });
    expect(verified.stdout).toMatch(/^The chain holds: 1,001 events verified\.\nHead: 1001=[0-9a-f]{64}\n$/);
  });
});

describe('att events verify', () => {
  let database: TestDatabase;
  const att = (url: string, ...args: string[]) => processes.run(args, { DATABASE_URL: url });
  beforeAll(async () => {
    database = await createTestDatabase();
    const server = await processes.start(['start'], { DATABASE_URL: database.connectionString });
    await server.ready();
    for (let n = 0; n < 5; n++) await post(server.url, '/webhook/start', report({ task_id: `task-${n}` }));
    await server.end('SIGTERM');
  });
  afterAll(() => database.drop());

  it('holds a kept checkpoint against the log, for scripts too', async () => {
    const { connectionString } = database;
    const checkpoint = (await att(connectionString, 'log', 'checkpoint')).stdout.trimEnd();
    expect(checkpoint).toMatch(/^5=[0-9a-f]{64}$/);
    const [, hash] = checkpoint.split('=');
    const kept = await att(
      connectionString,
      'events',
      'verify',
      '--expect',
      checkpoint,
      '--json',
      '--after',
      '2',
    );
    expect(kept.code).toBe(0);
    expect(JSON.parse(kept.stdout)).toEqual({
      ...{ holds: true, after: 2, verified_to: 5, erased: 0, breaks: [], open_guards: [] },
      head: { position: 5, hash },
    });
    const other = await att(connectionString, 'events', 'verify', '--expect', `4=${hash}`);
    expect(other).toMatchObject({ code: 2, stderr: '' });
    expect(other.stdout).toMatch(/^The chain breaks at position 4: its hash is not the expected one/);
    const cut = await att(connectionString, 'events', 'verify', '--expect', `9=${hash}`);
    expect([cut.code, cut.stdout]).toEqual([2, expect.stringContaining('its end was cut off')]);
  });

  it.each([
    [['--after', '99'], 'att: the log ends at position 5, before --after 99\n'],
    [['--expect', '5'], "error: option '--expect <position=hash>' argument '5' is invalid"],
  ])('refuses %j', async (args, message) => {
    const ran = await att(database.connectionString, 'events', 'verify', ...args);
    expect([ran.code, ran.stdout]).toEqual([1, '']);
    expect(ran.stderr).toContain(message);
  });

  it('goes past breaks on demand, and lists triggers that are off', async () => {
    const pool = database.pool();
    await pool.query(`
      ALTER TABLE log.events DISABLE TRIGGER events_no_update;
      UPDATE log.events SET agent = 'somebody' WHERE position IN (2, 4)`);
    const ran = await att(database.connectionString, 'events', 'verify', '--all');
    expect(ran.code).toBe(2);
    expect(ran.stdout.match(/breaks at position \d/g)).toEqual([
      'breaks at position 2',
      'breaks at position 4',
    ]);
    expect(ran.stdout).toContain('Not immutable now: log.events: events_no_update is disabled.');
    await pool.query(`
      UPDATE log.events SET agent = 'tester' WHERE position IN (2, 4);
      ALTER TABLE log.events ENABLE ALWAYS TRIGGER events_no_update`);
  });

  it('works with the rights of a reader, and says which are missing', async () => {
    const pool = database.pool();
    const role = `auditor_${process.pid}`;
    const url = new URL(database.connectionString);
    Object.assign(url, { username: role, password: 'audit' });
    await pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'audit'`);
    try {
      const refused = await att(url.href, 'events', 'verify');
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(
        /^att: this user may not do what is needed: permission denied for schema log/,
      );
      await pool.query(
        `GRANT USAGE ON SCHEMA log TO ${role}; GRANT SELECT ON log.events, log.head TO ${role}`,
      );
      await pool.query(`ALTER ROLE ${role} SET default_transaction_read_only = on`);
      expect(await att(url.href, 'events', 'verify')).toMatchObject({ code: 0, stderr: '' });
      expect((await att(url.href, 'log', 'checkpoint')).stdout).toMatch(/^5=/);
    } finally {
      await pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
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
