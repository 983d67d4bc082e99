/** SIGKILL at random moments under load: nothing that was acknowledged is lost, doubled or moved, and no story breaks. */
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, printedSeed, until } from '@att/platform/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Att, AttProcesses } from '../support/att.js';
import { DataDirectory, ON_DISK } from '../support/data-directory.js';
import { createRandom } from '../support/random.js';
import { readLog } from '../support/rest.js';
import { Follower } from './follower.js';
import { Load } from './load.js';
import { proveAcknowledgements, proveFrames, proveGapless, proveReadModels } from './proof.js';

const KILLS = [
  'everything',
  'everything',
  'everything while starting',
  'the server',
  'the server',
  'the server while starting',
  'the postmaster',
  'the postmaster',
] as const;
type Kill = (typeof KILLS)[number];

const SENDERS = 6;
/** Connections of a follower, each but the last broken by a kill, that are enough. */
const CONNECTIONS = KILLS.length - 2;
const NARROW = 'project-2';

const processes = new AttProcesses();
const followers: Follower[] = [];
let load: Load | undefined;
let directory: DataDirectory;
let port: string;
let server: Att;

beforeAll(async () => {
  directory = await DataDirectory.create(ON_DISK);
  port = String(await freePort());
});
afterAll(async () => {
  for (const follower of followers) follower.close();
  await processes.endAll();
  await load?.abandon();
  await directory.remove();
});

const random = createRandom(printedSeed('crashes'));

async function start(): Promise<void> {
  server = await processes.start(['start'], { PORT: port, DATA_DIR: directory.path });
}

async function startReady(): Promise<void> {
  await start();
  await server.ready();
}

async function killEverything(): Promise<void> {
  // Either process may be killed first: the other has time to react.
  const postgresFirst = random.between(0, 1) === 0;
  if (postgresFirst) directory.killPostgres();
  await server.end('SIGKILL');
  await until('PostgreSQL was killed', () => {
    directory.killPostgres();
    return directory.postgres().length === 0;
  });
}

/** The supervisor must bring it back, in the process that runs on. */
async function killPostmaster(): Promise<void> {
  const before = directory.postmaster();
  if (before === undefined) throw new Error('PostgreSQL does not run');
  process.kill(before.pid, 'SIGKILL');
  await until('PostgreSQL was started again', () => {
    const now = directory.postmaster();
    return now !== undefined && now.pid !== before.pid;
  });
  await server.ready();
  expect(server.isRunning()).toBe(true);
}

async function killAndComeBack(kill: Kill): Promise<void> {
  if (kill === 'the postmaster') return killPostmaster();
  const killIt = kill.startsWith('everything') ? killEverything : () => server.end('SIGKILL');
  if (kill.endsWith('while starting')) {
    await killIt();
    await start();
    await sleep(random.between(0, 1_500));
  }
  await killIt();
  await startReady();
}

async function surviveIt(under: Load, kill: Kill): Promise<void> {
  await sleep(random.between(50, 500));
  await killAndComeBack(kill);
  await under.continues();
}

const connections = () => followers[0]?.connections ?? 0;

it('keeps every promise over kills of the server, of PostgreSQL, and of both', async () => {
  await startReady();
  const url = server.url;
  load = new Load(
    'crash',
    random,
    Array.from({ length: SENDERS }, () => () => url),
  );
  await load.continues();
  followers.push(new Follower(() => url), new Follower(() => url, NARROW));

  for (const kill of random.shuffle(KILLS)) await surviveIt(load, kill);
  // A busy machine may kill the server again before a follower is back: then some more connections are broken.
  while (connections() < CONNECTIONS) await surviveIt(load, 'the server');
  await load.stop();

  const log = await readLog(url);
  for (const follower of followers) await follower.hasReached(log.length);
  console.log(`crashes: ${log.length} events; answers: ${JSON.stringify(load.seen())}`);
  proveGapless(log);
  proveAcknowledgements(log, load.sent());
  await proveReadModels(url, log);
  proveFrames(followers[0] as Follower, log);
  proveFrames(followers[1] as Follower, log, NARROW);
  // A crash is no fail-over: it is the same log that goes on.
  expect(followers.map(({ resets }) => resets)).toEqual([0, 0]);
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
  const verified = await processes.run(['events', 'verify'], { DATA_DIR: directory.path });
  expect(verified.stdout).toContain(`The chain holds: ${log.length.toLocaleString('en')} events verified.\n`);
  await directory.postgresIsGone();
});
