/** A database that somebody else runs: brought up to date first, and used with whatever rights its user has. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { AttProcesses } from '../support/att.js';
import { DataDirectory } from '../support/data-directory.js';
import { post, read, report } from '../support/rest.js';

const processes = new AttProcesses();
const owner = inject('testServer').connectionString;
const name = `att_test_${randomBytes(6).toString('hex')}`;
const password = 'hunter2-hunter2';
let directory: DataDirectory;

/** Connects as the user of the test's database, who may not create roles, or as the server's owner. */
async function query(connectionString: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

function databaseUrl(): string {
  const url = new URL(owner);
  url.username = name;
  url.password = password;
  url.pathname = `/${name}`;
  return url.href;
}

const run = (args: string[]) =>
  processes.run(args, { DATABASE_URL: databaseUrl(), DATA_DIR: directory.path, LOG_LEVEL: 'info' });

beforeAll(async () => {
  directory = await DataDirectory.create();
  await query(owner, `CREATE ROLE ${name} LOGIN NOCREATEROLE PASSWORD '${password}'`);
  await query(owner, `CREATE DATABASE ${name} OWNER ${name}`);
});
afterAll(async () => {
  await processes.endAll();
  await query(owner, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await query(owner, `DROP ROLE IF EXISTS ${name}`);
  await directory.remove();
});

describe('a database that was not migrated', () => {
  it('is refused by every service alone, which says what to do', async () => {
    for (const service of ['query', 'projector']) {
      const { code, stderr } = await run([service]);
      expect(code).toBe(1);
      expect(stderr).toContain('run att migrate');
      expect(stderr).not.toMatch(/\n +at /);
    }
  });

  it('is brought up to date by att migrate, which does nothing the second time', async () => {
    const first = await run(['migrate']);
    expect(first).toMatchObject({ code: 0, stdout: 'The database is up to date.\n' });
    expect(first.stderr).toContain('"migration":"0001_log"');
    const second = await run(['migrate']);
    expect(second).toMatchObject({ code: 0, stdout: 'The database is up to date.\n', stderr: '' });
  });
});

describe('a user who may not create roles', () => {
  it('is enough to run everything; the start says so, and the log stays immutable', async () => {
    const server = await processes.start(['start'], {
      DATABASE_URL: databaseUrl(),
      DATA_DIR: directory.path,
    });
    await server.ready();
    await expect.poll(() => server.stderr().split('the database user could not make roles')).toHaveLength(2);
    expect(server.stdout()).not.toContain(password);

    const { status, body } = await post(server.url, '/webhook/start', report());
    expect(status).toBe(202);
    expect(
      await read(server.url, `/api/projects/tests/tasks/task-1?min_position=${body.position}`),
    ).toMatchObject({ status: 'running' });
    for (const statement of ['DELETE FROM log.events', "UPDATE log.events SET type = 'x'"]) {
      await expect(query(databaseUrl(), statement)).rejects.toThrow();
    }
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('and a data directory that held only a key is good for a database of its own later', async () => {
    const env = { DATA_DIR: directory.path, API_KEY: '' };
    const given = await processes.start(['start'], { ...env, DATABASE_URL: databaseUrl() });
    await given.ready();
    await given.end('SIGTERM');
    const own = await processes.start(['start'], env);
    await own.ready();
    expect(await own.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});
