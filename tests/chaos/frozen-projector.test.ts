/** Projectors that are frozen, killed or cut off at the worst times: another takes over, whatever locks they hold. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Projection } from '@att/contracts';
import {
  createDatabaseProxy,
  createTestDatabase,
  startStopwatch,
  type TcpProxy,
  type TestDatabase,
  throughProxy,
  until,
} from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Att, AttProcesses } from '../support/att.js';
import { post, read, readLog, report } from '../support/rest.js';
import { proveReadModels } from './proof.js';

/** Milliseconds that a take-over may take, and more on a busy machine. */
const TAKE_OVER = { kill: 5_000, freeze: 10_000 };
const BUSY = 4_000;

let processes: AttProcesses;
let database: TestDatabase;
let proxy: TcpProxy;
let services: { ingest: Att; query: Att; owner: Att; standby: Att };

const start = async (service: string, DATABASE_URL = database.connectionString) => {
  const att = await processes.start([service], { DATABASE_URL });
  await att.ready();
  return att;
};

beforeEach(async () => {
  processes = new AttProcesses();
  database = await createTestDatabase();
  proxy = await createDatabaseProxy(database.connectionString);
  const owner = await start('projector', throughProxy(database.connectionString, proxy));
  await until('one projector follows the log', () => follows(owner));
  const [ingest, query, standby] = await Promise.all([start('ingest'), start('query'), start('projector')]);
  services = { ingest, query, owner, standby };
  await sendReports(5);
});
afterEach(async () => {
  await processes.endAll();
  await proxy.close();
  await database.drop();
});

const sql = (text: string) => database.pool().query(text);

async function follows({ url }: Att): Promise<boolean> {
  const metrics = await fetch(`${url}/metrics`).then((answer) => answer.text());
  return /^att_projector_following 1$/m.test(metrics);
}

let sentReports = 0;

/** Sends reports, each of which is acknowledged. @returns the position of the last */
async function sendReports(count: number, message = 'A word'): Promise<number> {
  let position = 0;
  for (let n = 0; n < count; n++) {
    const path = sentReports++ === 0 ? '/webhook/start' : '/webhook/status';
    // Messages differ, as a message that stays the same is stored once.
    const words = report({ message: `${sentReports} ${message}`, status: 'running' });
    const { status, body } = await post(services.ingest.url, path, words);
    expect(status).toBe(202);
    position = body.position;
  }
  return position;
}

const isProjected = async (position: number) => {
  const { rows } = await sql(
    `SELECT min(position) AS position FROM projection.generations WHERE state = 'active'`,
  );
  return rows[0].position >= position;
};

/** Waits until the position is projected. @returns milliseconds of a stopwatch */
async function untilProjected(position: number): Promise<number> {
  const stop = startStopwatch();
  await until(`position ${position} is projected`, () => isProjected(position));
  return stop();
}

/** Projectors' transactions that have a checkpoint locked, and wait for what their client says next. */
const OPEN_BATCHES = `
  SELECT FROM pg_stat_activity JOIN pg_locks USING (pid)
  WHERE application_name LIKE 'att-projector%' AND wait_event = 'ClientRead'
    AND relation = 'projection.generations'::regclass AND mode = 'RowExclusiveLock'`;

const freeze = ({ child }: Att) => child.kill('SIGSTOP');
const resume = ({ child }: Att) => child.kill('SIGCONT');

/** Locks rows that a statement of the projector needs. */
async function lock(statement: string) {
  const holder = await database.pool().connect();
  const { pid } = (await holder.query('SELECT pg_backend_pid() AS pid')).rows[0];
  await holder.query(`BEGIN; ${statement}`);
  return {
    waitedFor: () =>
      until('the projector waits', async () => {
        const { rows } = await sql(
          `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'att-projector%'
             AND ${pid} = ANY (pg_blocking_pids(pid))`,
        );
        return rows.length > 0;
      }),
    async release() {
      await holder.query('ROLLBACK');
      holder.release();
    },
  };
}

/** Resumes the frozen projector, and proves that it harms nothing: reads stay right. */
async function proveAfterResume(): Promise<void> {
  resume(services.owner);
  await until('the resumed projector stands by', async () => !(await follows(services.owner)));
  await untilProjected(await sendReports(3));
  expect(await follows(services.standby)).toBe(true);
  expect(await follows(services.owner)).toBe(false);
  await services.owner.ready();
  await proveReadModels(services.query.url, await readLog(services.query.url));
}

describe('a projector that follows the log', () => {
  it('is followed by another when it is killed', async () => {
    await services.owner.end('SIGKILL');
    const took = await untilProjected(await sendReports(1));
    expect(took).toBeLessThan(TAKE_OVER.kill + BUSY);
    expect(await follows(services.standby)).toBe(true);
  });

  it('is relieved when it is frozen while nothing happens', async () => {
    await untilProjected(await sendReports(1));
    freeze(services.owner);
    expect(await untilProjected(await sendReports(1))).toBeLessThan(TAKE_OVER.freeze + BUSY);
    await proveAfterResume();
  });

  it('is relieved when it is frozen in the middle of a batch, with the checkpoints locked', async () => {
    // A batch of more bytes stops on its way: its transaction has the checkpoints locked, and waits for the rest.
    const pass = proxy.holdAfter(1_000_000);
    const position = await sendReports(10, 'x'.repeat(400_000));
    const isInBatch = async () => (await sql(OPEN_BATCHES)).rows.length > 0;
    await until('the projector is in a batch', isInBatch);
    freeze(services.owner);
    await sleep(500);
    expect(await isInBatch()).toBe(true);
    expect(await untilProjected(position)).toBeLessThan(TAKE_OVER.freeze + BUSY);
    pass();
    await proveAfterResume();
  });

  it('is relieved in the last step of a build, with the log itself locked: webhooks and reads go on', async () => {
    const head = await lock('SELECT FROM log.head FOR UPDATE');
    await sql(`
      INSERT INTO projection.generations (projection, version, state, stage, has_tables)
      SELECT projection, version, 'building', 'filling', false FROM projection.generations WHERE projection = 'tasks';
      SELECT pg_notify('att_generations', '')`);
    await head.waitedFor();
    freeze(services.owner);
    await head.release();
    const stop = startStopwatch();
    const position = await sendReports(1);
    await untilProjected(position);
    expect(stop()).toBeLessThan(TAKE_OVER.freeze + BUSY);
    const build = async () =>
      (await sql('SELECT state FROM projection.generations ORDER BY id DESC LIMIT 1')).rows[0].state;
    await until('the build serves', async () => (await build()) === 'active');
    await proveAfterResume();
  });

  it('is relieved when it is frozen while it drops tables', async () => {
    await sql(`
      CREATE FUNCTION slow_drop() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(1); END';
      CREATE EVENT TRIGGER slow_drop ON sql_drop EXECUTE FUNCTION slow_drop();
      INSERT INTO projection.generations (projection, version, state, stage, has_tables)
      SELECT projection, version, 'building', 'filling', false FROM projection.generations WHERE projection = 'tasks';
      SELECT pg_notify('att_generations', '')`);
    await until('the build serves', async () => {
      const { rows } = await sql('SELECT state FROM projection.generations ORDER BY id DESC LIMIT 1');
      return rows[0].state === 'active';
    });
    const drop = await lock('SELECT pg_advisory_xact_lock(1)');
    await sql(`
      UPDATE projection.generations SET drop_requested = true WHERE state = 'retired';
      SELECT pg_notify('att_generations', '')`);
    await drop.waitedFor();
    freeze(services.owner);
    await sql('DROP EVENT TRIGGER slow_drop');
    await drop.release();
    expect(await untilProjected(await sendReports(1))).toBeLessThan(TAKE_OVER.freeze + BUSY);
    await proveAfterResume();
  });

  it('is relieved when its connections fall silent', async () => {
    await untilProjected(await sendReports(1));
    proxy.stall();
    expect(await untilProjected(await sendReports(1))).toBeLessThan(TAKE_OVER.freeze + BUSY);
    proxy.resume();
    await until('the projector that was cut off stands by', async () => !(await follows(services.owner)));
    await untilProjected(await sendReports(3));
    await services.owner.ready();
    await proveReadModels(services.query.url, await readLog(services.query.url));
  });
});

it('says that nothing is projected while that is so, and webhooks are taken', async () => {
  const rows = await lock("SELECT FROM projection.generations WHERE projection = 'stats' FOR UPDATE");
  const position = await sendReports(1);
  const readiness = async ({ url }: Att) => {
    const answer = await fetch(`${url}/readyz`);
    return { status: answer.status, body: await answer.text() };
  };
  const { owner, standby, ingest } = services;
  for (const projector of [owner, standby]) {
    await until('it is not ready', async () => (await readiness(projector)).status === 503);
    const { body } = await readiness(projector);
    expect(JSON.parse(body)).toMatchObject({ failed: ['projector'] });
    expect(body).toContain('nothing is projected: ');
    await until('its metrics say so', async () => {
      const metrics = await fetch(`${projector.url}/metrics`).then((answer) => answer.text());
      return metrics.includes('att_projection_stalled{projection="stats"} 1');
    });
  }
  const states = (await read<Projection[]>(standby.url, '/api/projections')).map(({ state }) => state);
  expect(new Set(states)).toEqual(new Set(['failed']));
  expect((await readiness(ingest)).status).toBe(200);
  await rows.release();
  await untilProjected(position);
  await owner.ready();
});
