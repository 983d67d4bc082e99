/** The operators' commands against a running server. */
import type { DeadLetter, Generation, Projection } from '@att/contracts';
import type { LogEvent } from '@att/platform/event-log';
import { createPool } from '@att/platform/postgres';
import { PROJECTION_NAMES } from '@att/platform/projections';
import { createTestDatabase, freePort, silentLog, type TestDatabase, until } from '@att/platform/testing';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Att, AttProcesses, type Ran } from '../support/att.js';
import { post, read, report } from '../support/rest.js';

const processes = new AttProcesses();
let database: TestDatabase;
let sql: Pool;
let server: Att;

beforeAll(async () => {
  database = await createTestDatabase();
  const { connectionString } = database;
  sql = createPool({ connectionString, role: undefined, max: 2, name: 'test', log: silentLog });
  server = await processes.start(['start'], { DATABASE_URL: connectionString });
  await server.ready();
  for (const task_id of ['task-1', 'task-2']) await post(server.url, '/webhook/start', report({ task_id }));
});
afterAll(async () => {
  await server.end('SIGTERM');
  await processes.endAll();
  await sql.end();
  await database.drop();
});

const att = (...args: string[]): Promise<Ran> => processes.run(args, { ATT_URL: server.url });

async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await att(...args, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

/** Expects one sentence, and no stack trace. */
function expectRefusal({ code, stdout, stderr }: Ran, words: string): void {
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^att: [^\n]*\n$/);
  expect(stderr).toContain(words);
}

describe('att projections', () => {
  it('list shows where they stand, and their generations', async () => {
    const { code, stdout } = await att('projections', 'list');
    const [titles, tasks] = stdout.split('\n');
    expect(code).toBe(0);
    expect(titles).toMatch(/^PROJECTION +STATE +VERSION +POSITION +HEAD +BEHIND +LAG +DEAD LETTERS$/);
    expect(tasks).toMatch(/^tasks +live +\d+ +\d+ +\d+ +\d+ +\d+ s +0$/);
    expect(stdout).toMatch(/\nGENERATION +PROJECTION +STATE .*\n +\d+ +tasks +active /);
    const listed = await json<Projection[]>('projections', 'list');
    expect(listed.map(({ name }) => name)).toEqual(PROJECTION_NAMES);
  });

  it('pause and resume say so, and are in the log', async () => {
    expect((await att('projections', 'pause', 'stats')).stdout).toMatch(/^stats is paused/);
    expect(await json('projections', 'list')).toContainEqual(
      expect.objectContaining({ name: 'stats', state: 'paused' }),
    );
    expect((await att('projections', 'resume', 'stats')).stdout).toBe('stats goes on.\n');
    const events = await read<LogEvent[]>(server.url, '/api/events?limit=1000');
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['projection.paused', 'projection.resumed']),
    );
  });

  it('rebuild asks for a build, which can be cancelled', async () => {
    const asked = await json<Generation>('projections', 'rebuild', 'agents', '--hold', '--no-wait');
    expect(asked).toMatchObject({ projection: 'agents', hold: true });
    const again = await att('projections', 'rebuild', 'agents', '--no-wait');
    expectRefusal(again, 'agents is being built already');
    const cancelled = await json<Generation>('projections', 'cancel', 'agents');
    expect(cancelled).toMatchObject({ id: asked.id, state: 'cancelled' });
  });

  it('act on all that they apply to, and say when there is none', async () => {
    const names = (await json<Projection[]>('projections', 'list')).map(({ name }) => name);
    expect(await json<Generation[]>('projections', 'pause', '--all')).toHaveLength(names.length);
    expect((await att('projections', 'pause', '--all')).stdout).toBe('All are paused already.\n');
    const { stdout } = await att('projections', 'resume', '--all');
    expect(stdout).toBe(names.map((name) => `${name} goes on.\n`).join(''));
    expect((await att('projections', 'switch', '--all')).stdout).toMatch(/^No generation is ready/);
    await att('projections', 'rebuild', '--all', '--hold', '--no-wait');
    await until('all are ready', async () => {
      const all = await json<Projection[]>('projections', 'list');
      return all.every(({ generations }) => generations.some(({ state }) => state === 'ready'));
    });
    expect(await json<Generation[]>('projections', 'switch', '--all')).toHaveLength(names.length);
    await until('all are switched', async () => {
      const all = await json<Projection[]>('projections', 'list');
      return all.every(({ generations }) => generations.some(({ state }) => state === 'retired'));
    });
    expect((await att('projections', 'cancel', '--all')).stdout).toBe('No generation is being built.\n');
    for (const name of names) await att('projections', 'drop', name);
    await until('all are dropped', async () => {
      const all = await json<Projection[]>('projections', 'list');
      return !all.some(({ generations }) => generations.some(({ state }) => state === 'retired'));
    });
  });

  it.each(['switch', 'pause'])('%s of nothing, or of both, is refused', async (verb) => {
    for (const args of [[], ['tasks', '--all']]) {
      expect((await att('projections', verb, ...args)).stderr).toContain('name one projection, or say --all');
    }
  });

  it('ask a projector that runs alone as well', async () => {
    const projector = await processes.start(['projector'], { DATABASE_URL: database.connectionString });
    await until('it listens', () =>
      fetch(`${projector.url}/livez`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    const { code, stdout } = await att('projections', 'list', '--url', projector.url);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^PROJECTION /)]);
    await projector.end('SIGTERM');
  });

  it('drop says why it cannot', async () => {
    expectRefusal(await att('projections', 'drop', 'tasks'), 'tasks has no retired generation');
  });

  it.each([
    ['neither a name nor --all', []],
    ['both', ['tasks', '--all']],
    ['a generation that waits and is dropped', ['tasks', '--hold', '--dry-run']],
  ])('rebuild of %s is refused before anything is asked for', async (_, args) => {
    const { code, stderr } = await att('projections', 'rebuild', ...args);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: /)]);
  });
});

describe('att dead-letters', () => {
  let ids: string[];
  beforeAll(async () => {
    // Nobody is to carry anything out here.
    await post(server.url, '/api/projections/tasks/pause', {});
    const { rows } = await sql.query(
      `INSERT INTO projection.dead_letters (generation, project, task_id, position, error_name, error_message)
       SELECT id, 'shop', 'bad' || E'\\u001b' || n, 1000, 'TypeError', 'cannot be'
       FROM projection.generations, generate_series(1, 2) n WHERE projection = 'tasks' AND state = 'active'
       RETURNING id`,
    );
    ids = rows.map(({ id }) => String(id));
  });
  afterAll(async () => {
    await sql.query('DELETE FROM projection.dead_letters');
    await post(server.url, '/api/projections/tasks/resume', {});
  });

  it('list and show what stands still, and nothing that would steer a terminal', async () => {
    const listed = await att('dead-letters', 'list', '--projection', 'tasks', '--limit', '1');
    expect(listed.stdout).toMatch(/ tasks +shop +bad\ufffd1 +1,000 +0 +1 +waiting +TypeError: cannot be\n/);
    expect(listed.stdout).toContain('1 of 2: see --limit and --offset.');
    expect((await att('dead-letters', 'show', ids[0] as string)).stdout).toMatch(/task id +bad\ufffd1\n/);
    const none = await att('dead-letters', 'list', '--project', 'nothing');
    expect(none.stdout).toBe('There are no dead letters.\n');
  });

  it('retry and skip ask for it', async () => {
    const [first, second] = ids as [string, string];
    expect((await json<DeadLetter>('dead-letters', 'retry', first)).state).toBe('retry');
    const skipped = await att('dead-letters', 'skip', second);
    expect(skipped.stdout).toBe(`A skip of the dead letter ${second} is asked for.\n`);
    expectRefusal(await att('dead-letters', 'retry', '999999'), 'There is no dead letter 999999');
  });
});

describe('a command that cannot reach its server', () => {
  it('says so when none is there', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const ran = await processes.run(['projections', 'list', '--url', url], { ATT_URL: server.url });
    expectRefusal(ran, `no server answers at ${url}`);
  });

  it('says so when the key is wrong, or missing', async () => {
    const wrong = { ATT_URL: server.url, API_KEY: 'a-wrong-key-0123456789' };
    expectRefusal(await processes.run(['projections', 'list'], wrong), 'does not know this API key');
    const missing = { ATT_URL: server.url, API_KEY: '', DATA_DIR: '/nowhere' };
    expectRefusal(await processes.run(['dead-letters', 'list'], missing), 'an API key is needed');
  });

  it('says so when something else answers', async () => {
    const ran = await processes.run(['projections', 'list', '--url', `${server.url}/elsewhere`]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/^att: [^\n]*\n$/);
  });
});
