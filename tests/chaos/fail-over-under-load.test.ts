/** A fail-over under load to a standby that lacks the last events: what it has is one log, everywhere. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEvent } from '@att/platform/event-log';
import { createStandbyPair, printedSeed, type StandbyPair, until } from '@att/platform/testing';
import { afterEach, expect, it } from 'vitest';
import { type Att, AttProcesses } from '../support/att.js';
import { createRandom } from '../support/random.js';
import { readLog } from '../support/rest.js';
import { Follower } from './follower.js';
import { Load } from './load.js';
import { proveAcknowledgements, proveFrames, proveGapless, proveReadModels } from './proof.js';
import type { SentReport, SentRequest } from './sent.js';

const SERVICES = ['ingest', 'ingest', 'projector', 'projector', 'query', 'realtime'];

const processes = new AttProcesses();
const random = createRandom(printedSeed('fail-overs'));
let pair: StandbyPair;
let load: Load | undefined;
let follower: Follower | undefined;

afterEach(async () => {
  follower?.close();
  await load?.abandon();
  await processes.endAll();
  await pair.close();
});

async function startServices(): Promise<Att[]> {
  pair = await createStandbyPair(async (connectionString) => {
    const migrated = await processes.run(['migrate'], { DATABASE_URL: connectionString });
    expect(migrated, migrated.stderr).toMatchObject({ code: 0 });
  });
  const env = { DATABASE_URL: pair.connectionString };
  const services = await Promise.all(SERVICES.map((service) => processes.start([service], env)));
  await Promise.all(services.map((service) => service.ready()));
  return services;
}

/** Acknowledged with a position that the promoted server never had. */
function acknowledgedAfter(sent: readonly SentRequest[], position: number): Set<string> {
  const isLater = ({ outcomes }: SentReport) =>
    outcomes.some((outcome) => outcome.is === 'acknowledged' && outcome.position > position);
  return new Set(sent.flat().flatMap((report) => (isLater(report) ? [report.mark] : [])));
}

/** Replication is asynchronous, so what the standby lacked is lost, whole requests at a time; nothing else is. */
function withoutLost(sent: readonly SentRequest[], mayBeLost: ReadonlySet<string>, log: readonly LogEvent[]) {
  const text = new Set(log.map(({ data_text }) => data_text));
  return sent.filter((request) =>
    request.some((report) => !mayBeLost.has(report.mark) || text.has(report.text)),
  );
}

it.each(['SIGKILL', 'SIGSTOP'] as const)(
  'goes on by itself, in the same processes, after the primary is gone by %s',
  async (signal) => {
    const services = await startServices();
    const [first, second, , , query, realtime] = services as [Att, Att, Att, Att, Att, Att];
    load = new Load('fail-over', random, [() => first.url, () => second.url, () => first.url]);
    follower = new Follower(() => realtime.url);
    await load.continues();
    await pair.caughtUp();

    pair.replication.down();
    await sleep(random.between(300, 1_500));
    await load.continues();
    const { rows } = await pair.standby.pool.query('SELECT position::int FROM log.head');
    const fork = rows[0].position as number;
    await pair.failOver(signal);
    // The former primary's acknowledgement of what was under way may still come.
    const sentBefore = load.sent();
    expect(acknowledgedAfter(sentBefore, fork).size).toBeGreaterThan(0);

    await load.continues();
    await sleep(1_000);
    await load.continues();
    await load.stop();
    const mayBeLost = acknowledgedAfter(sentBefore, fork);
    const log = await readLog(query.url);
    console.log(`fail-overs: forked at ${fork} of ${log.length}; ${mayBeLost.size} reports were behind it`);
    proveGapless(log);
    proveAcknowledgements(log, withoutLost(load.sent(), mayBeLost, log));
    await proveReadModels(query.url, log);
    const { resets } = follower;
    await until('the socket was reset', () => follower?.resets !== 0);
    await follower.hasReached(log.length);
    proveFrames(follower, log);
    console.log(`fail-overs: ${resets} resets; answers ${JSON.stringify(load.seen())}`);
    await Promise.all(services.map((service) => service.ready()));
    expect(services.every((service) => service.isRunning())).toBe(true);
  },
);
