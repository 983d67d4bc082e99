/** Replicas that share a Redis of their own: limits, counts of sockets, and what becomes of both while it is away. */
import { once } from 'node:events';
import { SOCKET_PATH } from '@att/contracts';
import {
  createTestDatabase,
  type RedisServer,
  startRedis,
  type TestDatabase,
  timed,
  until,
} from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import WebSocket from 'ws';
import { type Att, AttProcesses } from '../support/att.js';
import { API_KEY, get, post, report } from '../support/rest.js';

const READS = 60;
const WEBHOOKS = 500;
/** Share of a limit that a replica may hold back from the others. */
const LEASE = WEBHOOKS / 100;

interface Readiness {
  status: string;
  degraded: string[];
  checks: Record<string, { status: string; detail: string }>;
}

describe.skipIf(!inject('ownServers').redis)('replicas with a Redis', () => {
  const processes = new AttProcesses();
  const replicas: Record<'query' | 'ingest' | 'realtime', Att[]> = { query: [], ingest: [], realtime: [] };
  let redis: RedisServer;
  let database: TestDatabase;
  let env: Record<string, string>;

  beforeAll(async () => {
    [redis, database] = await Promise.all([startRedis(), createTestDatabase()]);
    env = {
      DATABASE_URL: database.connectionString,
      REDIS_URL: redis.url,
      RATE_LIMIT_READS: String(READS),
      RATE_LIMIT_WEBHOOKS: String(WEBHOOKS),
    };
    // The read models are the projector's to make.
    await (await processes.start(['projector'], env)).ready();
    for (const service of ['query', 'ingest', 'realtime'] as const) {
      replicas[service] = await Promise.all([
        processes.start([service], env),
        processes.start([service], env),
      ]);
      await Promise.all(replicas[service].map((att) => att.ready()));
    }
  });
  afterAll(async () => {
    await processes.endAll();
    await redis.stop();
    await database.drop();
  });

  const [one, other] = [0, 1] as const;
  const replica = (service: keyof typeof replicas, index: 0 | 1) => replicas[service][index] as Att;
  const readiness = async (att: Att) => (await get<Readiness>(att.url, '/readyz')).body;
  const redisCheck = async (att: Att) => (await fetch(`${att.url}/redis-check`)).status;

  async function reads(att: Att, tries: number): Promise<number> {
    const statuses = await Promise.all(
      Array.from({ length: tries }, async () => (await get(att.url, '/api/stats')).status),
    );
    expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
    return statuses.filter((status) => status === 200).length;
  }

  const counted = (att: Att, expected: object) => expect.poll(() => stats(att)).toEqual(expected);

  const stats = async (att: Att) => (await get<object>(att.url, '/api/websocket/stats')).body;

  async function openSocket(att: Att, project: string): Promise<WebSocket> {
    const address = `${att.url.replace('http', 'ws')}${SOCKET_PATH}?api_key=${API_KEY}&project=${project}`;
    const socket = new WebSocket(address);
    socket.on('error', () => {});
    await once(socket, 'message');
    return socket;
  }

  it('count the sockets of all, and no longer those of one that ends', async () => {
    await openSocket(replica('realtime', one), 'red');
    await openSocket(replica('realtime', other), 'red');
    await openSocket(replica('realtime', other), 'blue');
    for (const index of [one, other]) {
      await counted(replica('realtime', index), {
        total_connections: 3,
        project_connections: { red: 2, blue: 1 },
      });
    }
    await replica('realtime', other).end('SIGTERM');
    await counted(replica('realtime', one), { total_connections: 1, project_connections: { red: 1 } });
  });

  it('hold a key to its reports together, within the lease of the other, and batches are no way around', async () => {
    const url = (index: 0 | 1) => replica('ingest', index).url;
    let stored = 0;
    const send = async (at: string) => {
      const { status } = await post(at, '/webhook/status', report({ status: 'running' }));
      if (status === 202) stored += 1;
      return status;
    };
    const batch = async (at: string, count: number) => {
      const items = Array.from({ length: count }, () => ({ type: 'start', ...report() }));
      const { status } = await post(at, '/webhook/batch', items);
      if (status === 207) stored += count;
      return status;
    };
    expect(await send(url(one))).toBe(202);
    expect(await batch(url(other), 450)).toBe(207);
    expect(await batch(url(one), 300)).toBe(429);
    for (const at of [url(one), url(other)]) {
      for (let status = 202; status === 202; ) status = await send(at);
    }
    // The refused batch counted as one.
    expect(stored).toBeLessThanOrEqual(WEBHOOKS);
    expect(stored).toBeGreaterThanOrEqual(WEBHOOKS - 1 - LEASE);
    const events = await database.pool().query('SELECT position FROM log.head');
    expect(Number(events.rows[0].position)).toBe(stored);
  });

  it('go on while it is away, each with the limits whole, and say so', async () => {
    await redis.kill();
    const fresh = await Promise.all([processes.start(['query'], env), processes.start(['query'], env)]);
    for (const att of fresh) {
      await att.ready();
      await expect.poll(() => att.stderr()).toContain(`Redis at ${new URL(redis.url).host} cannot be used`);
      expect(await reads(att, READS + 20)).toBe(READS);
    }
    for (const att of [...fresh, ...replicas.query]) {
      await expect
        .poll(() => readiness(att))
        .toMatchObject({
          status: 'ready',
          degraded: ['query'],
          checks: {
            'read limits': {
              status: 'degraded',
              detail: 'Redis cannot be used: each process counts for itself',
            },
          },
        });
      expect(await redisCheck(att)).toBe(503);
    }
    await counted(replica('realtime', one), {
      total_connections: 1,
      project_connections: { red: 1 },
      partial: true,
    });
    await expect.poll(async () => (await readiness(replica('realtime', one))).degraded).toEqual(['realtime']);
  });

  it('hold a key to its reads together once it is back, and exactly, as the limit is small', async () => {
    await redis.restart();
    for (const att of replicas.query) {
      await until('it is ready with all', async () => (await readiness(att)).degraded.length === 0);
      expect(await redisCheck(att)).toBe(200);
    }
    const [here, there] = await Promise.all([
      reads(replica('query', one), READS),
      reads(replica('query', other), READS),
    ]);
    expect(here + there).toBe(READS);
    const late = await get(replica('query', other).url, '/api/stats');
    expect(late.status).toBe(429);
    expect(late.headers.get('ratelimit-policy')).toBe(`"reads";q=${READS};w=60`);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(late.headers.get('ratelimit')).toBe(`"reads";r=0;t=${late.headers.get('retry-after')}`);
  });

  it('stop within a second or two while it is frozen', async () => {
    await redis.freeze();
    const { took } = await timed(replica('realtime', one).end('SIGTERM'));
    expect(took).toBeLessThan(5_000);
    redis.resume();
  });
});
