/** A start that cannot work says in a sentence what is wrong, at once, and keeps secrets to itself. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, freePort, type TestDatabase } from '@att/platform/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AttProcesses, type Ran } from '../support/att.js';
import { DataDirectory } from '../support/data-directory.js';

const processes = new AttProcesses();
let directory: DataDirectory;
let database: TestDatabase;

beforeAll(async () => {
  directory = await DataDirectory.create();
  database = await createTestDatabase();
});
afterAll(async () => {
  await processes.endAll();
  await database.drop();
  await directory.remove();
});

const run = (args: string[], env: Record<string, string> = {}) =>
  processes.run(args, { DATA_DIR: directory.path, ...env });

function refused(ran: Ran, ...says: string[]): void {
  expect(ran.code).toBe(1);
  expect(ran.stdout).toBe('');
  for (const word of says) expect(ran.stderr).toContain(word);
  expect(ran.stderr).not.toMatch(/\n +at |node_modules|Error:/);
}

describe('a variable that is wrong', () => {
  it.each([
    ['PORT', 'abc'],
    ['API_KEY', 'hunter2'],
    ['DATABASE_URL', 'mysql://root:hunter2@localhost/att'],
    ['DATABASE_URL', 'nonsense-hunter2'],
    ['LOG_LEVEL', 'loud'],
  ])('%s=%s stops the start, and is named', async (name, value) => {
    const ran = await run(['start'], { [name]: value });
    refused(ran, name);
    expect(ran.stderr).not.toContain('hunter2');
    // Nothing was created before the refusal.
    expect(await readdir(directory.path)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('a DATA_DIR where no folder can be made', async () => {
    refused(await run(['start'], { DATA_DIR: '/proc/att' }), '/proc/att', 'DATA_DIR');
  });

  it('all that are wrong are named at once', async () => {
    refused(await run(['start'], { PORT: '70000', LOG_LEVEL: 'loud' }), 'PORT', 'LOG_LEVEL');
  });

  it('a HOST that is none of this machine', async () => {
    for (const HOST of ['no-such-host.invalid', '192.0.2.1']) {
      refused(await run(['start'], { DATABASE_URL: database.connectionString, HOST }), 'HOST', HOST);
    }
  });
});

describe('a database that cannot be used', () => {
  it.each(['127.0.0.1', 'localhost'])('on %s that nobody listens on', async (host) => {
    const DATABASE_URL = `postgres://me:hunter2@${host}:${await freePort()}/att`;
    const ran = await run([host === 'localhost' ? 'start' : 'query'], { DATABASE_URL });
    refused(ran, 'the database cannot be reached: connect ECONNREFUSED');
    expect(ran.stderr).not.toContain('hunter2');
  });

  it('on a host that does not exist', async () => {
    const ran = await run(['start'], { DATABASE_URL: 'postgres://me:hunter2@no-such-host.invalid/att' });
    refused(ran, 'the database cannot be reached', 'no-such-host.invalid');
    expect(ran.stderr).not.toContain('hunter2');
  });

  it('whose password is wrong, or which was never made', async () => {
    const wrong = new URL(database.connectionString);
    wrong.password = 'hunter2';
    const ran = await run(['start'], { DATABASE_URL: wrong.href });
    refused(ran, 'the database refuses this user');
    expect(ran.stderr).not.toContain('hunter2');
    const missing = new URL(database.connectionString);
    missing.pathname = '/no_such_database';
    refused(await run(['start'], { DATABASE_URL: missing.href }), 'no_such_database', 'createdb');
  });

  it('because there is none: one service alone needs DATABASE_URL', async () => {
    refused(await run(['query']), 'DATABASE_URL');
    refused(await run(['migrate']), 'DATABASE_URL');
  });
});

describe('a .env in the working directory', () => {
  const write = (text: string) => writeFile(join(directory.path, '.env'), text);
  const runThere = (env: Record<string, string> = {}) => processes.run(['query'], env, directory.path);
  afterEach(() => rm(join(directory.path, '.env')));

  it('is read, and the environment goes before it', async () => {
    await write('DATABASE_URL=postgres://me:hunter2@no-such-host.invalid/att\n');
    refused(await runThere(), 'the database cannot be reached', 'no-such-host.invalid');
    refused(await runThere({ DATABASE_URL: '' }), 'DATABASE_URL is needed');
  });

  it('with a bad line, or a ~ that nothing expands, is refused in a sentence', async () => {
    await write('LOG_LEVEL=warn\nhunter2\n');
    const bad = await runThere();
    refused(bad, '.env, line 2 is not NAME=value');
    expect(bad.stderr).not.toContain('hunter2');
    await write('DATA_DIR=~/att\n');
    refused(await runThere(), 'DATA_DIR must not begin with ~', `write ${homedir()}/att`);
  });
});

describe('a key that is not set', () => {
  it.each(['ingest', 'projector', 'query', 'realtime'])(
    'att %s makes none of its own, and says what to set',
    async (service) => {
      refused(
        await run([service], { DATABASE_URL: database.connectionString, API_KEY: '' }),
        'API_KEY',
        'DATA_DIR',
      );
      expect(await readdir(directory.path)).toEqual([]);
    },
  );
});

describe('att', () => {
  it('lists its commands', async () => {
    const help = await run(['--help']);
    expect(help.code).toBe(0);
    for (const command of ['start', 'ingest', 'projector', 'query', 'realtime', 'migrate', 'events']) {
      expect(help.stdout).toMatch(new RegExp(`^ +${command}\\b`, 'm'));
    }
  });

  it('refuses what it does not know', async () => {
    refused(await run(['strat']), "unknown command 'strat'");
    refused(await run(['events', 'tail', '--after', 'x']), 'whole number');
  });
});
