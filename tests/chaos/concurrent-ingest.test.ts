/** Services as processes of their own on one database: two that append, two that project, and kills in between. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createDatabaseProxy,
  createTestDatabase,
  printedSeed,
  type TestDatabase,
  throughProxy,
  until,
} from '@att/platform/testing';
import type { PoolClient } from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Att, AttProcesses } from '../support/att.js';
import { createRandom } from '../support/random.js';
import { readLog, report } from '../support/rest.js';
import { SlowRequest } from '../support/slow-request.js';
import { Load } from './load.js';
import { proveAcknowledgements, proveGapless, proveReadModels } from './proof.js';

const processes = new AttProcesses();
const random = createRandom(printedSeed('concurrent services'));
let database: TestDatabase;
let load: Load | undefined;
let query: Att;
let projector: Att;
let ingest: [Att, Att];

const start = (service: string, env: Record<string, string> = {}) =>
  processes.start([service], { DATABASE_URL: database.connectionString, ...env });

async function startReady(service: string, env: Record<string, string> = {}): Promise<Att> {
  const att = await start(service, env);
  await att.ready();
  return att;
}

beforeAll(async () => {
  database = await createTestDatabase();
  ingest = await Promise.all([startReady('ingest'), startReady('ingest')]);
  [projector, query] = await Promise.all([startReady('projector'), startReady('query')]);
});
afterEach(() => load?.abandon());
afterAll(async () => {
  await processes.endAll();
  await database.drop();
});

it('shares the log between two ingest processes, of which one is killed and the other drains', async () => {
  const [killed, drained] = ingest;
  const servers = { first: killed.url, second: drained.url };
  load = new Load('ingest', random, [
    () => servers.first,
    () => servers.second,
    () => servers.first,
    () => servers.second,
  ]);
  await load.continues();
  await sleep(random.between(200, 600));

  await killed.end('SIGKILL');
  const again = await startReady('ingest', { PORT: String(killed.port) });
  ingest = [again, drained];
  expect(again.url).toBe(servers.first);
  await load.continues();

  const underWay = await Promise.all(
    Array.from({ length: 5 }, (_, index) =>
      SlowRequest.begin(drained.port, '/webhook/start', { ...report(), metadata: { mark: `slow-${index}` } }),
    ),
  );
  const ending = drained.end('SIGTERM');
  servers.second = again.url;
  await sleep(200);
  const answers = await Promise.all(underWay.map((request) => request.finish()));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  expect(await ending).toEqual({ code: 0, signal: null });

  await load.continues();
  await load.stop();
  console.log(`two ingest processes: answers ${JSON.stringify(load.seen())}`);
  const log = await readLog(query.url);
  for (const { body } of answers) {
    const { position, event_id } = JSON.parse(body) as { position: number; event_id: string };
    expect(log[position - 1]).toMatchObject({ event_id, type: 'task.started' });
  }
  proveGapless(log);
  proveAcknowledgements(
    log.filter(({ data_text }) => data_text?.includes('"mark":"ingest-')),
    load.sent(),
  );
  await proveReadModels(query.url, log);
});

it('lets two projectors run beside each other, and one take over when the other is killed', async () => {
  const second = await start('projector');
  load = new Load('project', random, [() => ingest[0].url, () => ingest[0].url]);
  await load.continues();
  await second.ready();
  await sleep(random.between(500, 1_500));
  for (const one of [projector, second]) {
    await one.ready();
    expect(one.stderr()).not.toContain('FencedError');
  }

  await projector.end('SIGKILL');
  await load.continues();
  await load.stop();
  await proveReadModels(query.url, await readLog(query.url));
  expect(second.stderr()).not.toMatch(/deadlock|duplicate key/);
  expect(await second.end('SIGTERM')).toEqual({ code: 0, signal: null });
});

/** Resolves while the projector's transaction waits for a lock that `blocker` holds. */
async function holdUpProjector(blocker: PoolClient): Promise<void> {
  await blocker.query('BEGIN; SELECT FROM projection.generations FOR UPDATE');
  await until('the projector waits', async () => {
    if (!projector.isRunning()) throw new Error(`the projector ended: ${projector.stderr()}`);
    const { rows } = await database.pool().query(`
      SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name = 'att-projector'`);
    return rows.length > 0;
  });
}

it('goes on in the same processes when the line to the database breaks, also in the middle of a transaction', async () => {
  const proxy = await createDatabaseProxy(database.connectionString);
  const blocker = await database.pool().connect();
  try {
    const behindProxy = { DATABASE_URL: throughProxy(database.connectionString, proxy) };
    const services = await Promise.all(
      ['ingest', 'projector', 'query'].map((service) => startReady(service, behindProxy)),
    );
    const [appending, projecting, reading] = services as [Att, Att, Att];
    if (projector.isRunning()) await projector.end('SIGTERM');
    projector = projecting;
    load = new Load('cut', random, [() => appending.url, () => appending.url]);
    for (let times = 0; times < 3; times++) {
      await load.continues();
      await sleep(random.between(0, 100));
      proxy.cut();
    }
    await load.continues();
    await holdUpProjector(blocker);
    proxy.cut();
    await blocker.query('ROLLBACK');
    await load.continues();
    await load.stop();
    await Promise.all(services.map((service) => service.ready()));
    const log = await readLog(reading.url);
    proveGapless(log);
    await proveReadModels(reading.url, log);
    for (const service of services) {
      expect(await service.end('SIGTERM')).toEqual({ code: 0, signal: null });
    }
  } finally {
    blocker.release();
    await proxy.close();
  }
});
