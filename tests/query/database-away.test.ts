/** Outages of the database: the service answers 503 quickly, and recovers by itself. */
import { createTcpProxy, type TcpProxy, throughProxy, timed } from '@att/platform/testing';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { answered, refused } from './support/answers.js';
import { type Answer, createQueryWorld, type QueryWorld } from './support/query-world.js';
import { started } from './support/reports.js';
import { createStallingProxy, type StallingProxy } from './support/stalling-proxy.js';

const PATHS = ['/api/tasks', '/api/tasks?min_position=1', '/api/stats', '/api/events', '/api/events/1'];

let world: QueryWorld;
let line: TcpProxy | StallingProxy;
afterEach(async () => {
  await line.close();
  await world.close();
});

function server(): { host: string; port: number } {
  const url = new URL(inject('testServer').connectionString);
  return { host: url.hostname, port: Number(url.port) };
}

async function startWorld(reach: (connectionString: string) => string): Promise<void> {
  world = await createQueryWorld({ reach });
  world.startProjecting();
  await world.projected(await world.append(started({})));
  for (const path of PATHS) expect((await world.get(path)).status).toBe(200);
}

/** All paths at once, each within 3 s and a little. */
async function expectUnavailable(): Promise<void> {
  const { result: answers, took } = await timed(Promise.all(PATHS.map((path) => world.get(path))));
  expect(took).toBeLessThan(3_500);
  for (const answer of answers) {
    refused(answer, 'database_unavailable');
    expect(answer.headers.get('retry-after')).toBe('1');
  }
}

async function recovered(path: string): Promise<Answer> {
  for (;;) {
    const answer = await world.get(path);
    if (answer.status === 200) return answer;
    expect(answer.status).toBe(503);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function expectRecovery(): Promise<void> {
  answered('listTasks', await recovered('/api/tasks?min_position=1'));
  answered('getStats', await recovered('/api/stats'));
  answered('listEvents', await recovered('/api/events'));
  expect(await world.query.checks?.[0]?.check()).toBe('0 events behind');
}

describe('a database that', () => {
  it('refuses connections is 503 until it takes them again', async () => {
    const proxy = await createTcpProxy(server());
    line = proxy;
    await startWorld((connectionString) => throughProxy(connectionString, proxy));
    proxy.down();
    await expectUnavailable();
    await expectUnavailable();
    proxy.restore();
    await expectRecovery();
  });

  it('says nothing at all is 503 until it speaks again', async () => {
    const silent = await createStallingProxy(server());
    line = silent;
    await startWorld((connectionString) => {
      const url = new URL(connectionString);
      url.hostname = '127.0.0.1';
      url.port = String(silent.port);
      return url.href;
    });
    silent.stall();
    await expectUnavailable();
    await expectUnavailable();
    silent.resume();
    await expectRecovery();
  });

  it('restarts is soon read again', async () => {
    line = await createTcpProxy(server());
    await startWorld((connectionString) => connectionString);
    await world.sql.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'att-query%'",
    );
    await expectRecovery();
  });
});

describe('a read that takes too long', () => {
  it('is given up, and others go on', async () => {
    line = await createTcpProxy(server());
    await startWorld((connectionString) => connectionString);
    const locker = await world.sql.connect();
    await locker.query('BEGIN');
    await locker.query('LOCK TABLE log.events IN ACCESS EXCLUSIVE MODE');
    const asked = performance.now();
    const blocked = world.get('/api/events');
    answered('listTasks', await world.get('/api/tasks'));
    const answer = await blocked;
    expect(performance.now() - asked).toBeGreaterThan(9_000);
    expect(refused(answer, 'database_unavailable').detail).toContain('took too long');
    expect(answer.headers.get('retry-after')).toBe('1');
    await locker.query('ROLLBACK');
    locker.release();
    answered('listEvents', await world.get('/api/events'));
  });
});
