/** Kills, freezes and broken lines, in any order, over services of which there are two each: every promise is kept. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createDatabaseProxy,
  createTestDatabase,
  printedSeed,
  startStopwatch,
  type TcpProxy,
  type TestDatabase,
  throughProxy,
  until,
} from '@att/platform/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Att, AttProcesses } from '../support/att.js';
import { createRandom } from '../support/random.js';
import { readLog } from '../support/rest.js';
import { Follower } from './follower.js';
import { Load } from './load.js';
import { proveAcknowledgements, proveFrames, proveGapless, proveReadModels } from './proof.js';

const SERVICES = ['ingest', 'ingest', 'projector', 'projector', 'realtime'] as const;
const FAULTS = [
  ...(['kill', 'kill', 'freeze', 'freeze', 'freeze'] as const),
  ...(['cut the line', 'a silent line', 'kill while frozen'] as const),
];
type Fault = (typeof FAULTS)[number];

/** Milliseconds within which another projector has taken over from one that is frozen. */
const TAKE_OVER = 10_000;

const processes = new AttProcesses();
const random = createRandom(printedSeed('interleavings'));
let database: TestDatabase;
let proxy: TcpProxy;
let query: Att;
let services: Att[];
let load: Load | undefined;
const followers: Follower[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await createDatabaseProxy(database.connectionString);
  query = await start('query', { DATABASE_URL: database.connectionString });
  services = await Promise.all(SERVICES.map((service) => start(service)));
  await Promise.all([query, ...services].map((service) => service.ready()));
});
afterAll(async () => {
  for (const follower of followers) follower.close();
  await load?.abandon();
  await processes.endAll();
  await proxy.close();
  await database.drop();
});

/** All but the one that is read from stand behind the proxy. */
const start = (service: string, env: Record<string, string> = {}) =>
  processes.start([service], { DATABASE_URL: throughProxy(database.connectionString, proxy), ...env });

async function replace(index: number): Promise<void> {
  const killed = services[index] as Att;
  if (killed.isRunning()) await killed.end('SIGKILL');
  services[index] = await start(SERVICES[index] as string, { PORT: String(killed.port) });
  await services[index]?.ready();
}

async function inflict(fault: Fault): Promise<string> {
  const index = random.between(0, SERVICES.length - 1);
  const { pid } = services[index] as Att;
  const pause = random.between(100, 4_000);
  switch (fault) {
    case 'kill':
      await replace(index);
      break;
    case 'freeze':
      process.kill(pid, 'SIGSTOP');
      await sleep(pause);
      process.kill(pid, 'SIGCONT');
      break;
    case 'kill while frozen':
      process.kill(pid, 'SIGSTOP');
      await sleep(pause);
      await replace(index);
      break;
    case 'cut the line':
      proxy.cut();
      return fault;
    case 'a silent line':
      proxy.stall();
      await sleep(pause);
      proxy.resume();
      proxy.cut();
      return `${fault} for ${pause} ms`;
  }
  return `${fault} ${SERVICES[index]} (${pause} ms)`;
}

const follow = (url: () => string) => {
  const follower = new Follower(url);
  followers.push(follower);
  return follower;
};

it('loses, doubles and mixes nothing, and goes on by itself', async () => {
  const ingest = (index: number) => () => (services[index] as Att).url;
  load = new Load('interleaved', random, [ingest(0), ingest(1), ingest(0), ingest(1)]);
  await load.continues();
  const follower = follow(() => (services[4] as Att).url);
  await until('the follower is there', () => follower.start !== undefined);

  for (const fault of random.shuffle(FAULTS)) {
    console.log(`interleavings: ${await inflict(fault)}`);
    await load.continues();
  }
  await load.stop();
  const log = await readLog(query.url);
  console.log(`interleavings: ${log.length} events; answers ${JSON.stringify(load.seen())}`);
  proveGapless(log);
  proveAcknowledgements(log, load.sent());
  await proveReadModels(query.url, log);
  await follower.hasReached(log.length);
  proveFrames(follower, log);
  expect(follower.resets).toBe(0);
  await Promise.all(services.map((service) => service.ready()));
});

it('goes on projecting while either projector is frozen under load, and is not disturbed when it wakes up', async () => {
  const url = () => (services[0] as Att).url;
  load = new Load('frozen', random, [url, url]);
  await load.continues();
  for (const projector of random.shuffle([services[2] as Att, services[3] as Att])) {
    await sleep(random.between(0, 500));
    process.kill(projector.pid, 'SIGSTOP');
    const stop = startStopwatch();
    await load.continues();
    const head = await headOf();
    await until('projecting goes on', async () => (await checkpoint()) >= head);
    const took = stop();
    console.log(`interleavings: took over in ${Math.round(took)} ms`);
    process.kill(projector.pid, 'SIGCONT');
    expect(took).toBeLessThan(2 * TAKE_OVER);
    await load.continues();
  }
  await load.stop();
  const log = await readLog(query.url);
  await proveReadModels(query.url, log);
  await Promise.all(services.map((service) => service.ready()));
});

const numberOf = async (sql: string) => Number((await database.pool().query(sql)).rows[0].n);
const headOf = () => numberOf('SELECT position AS n FROM log.head');
const checkpoint = () =>
  numberOf("SELECT min(position) AS n FROM projection.generations WHERE state = 'active'");
