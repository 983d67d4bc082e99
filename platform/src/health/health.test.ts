import { ROUTES } from '@att/contracts';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../metrics/index.js';
import { NotReadyError, type ReadinessCheck } from '../service/index.js';
import { createMemorySharedState } from '../shared-state/index.js';
import { timed } from '../testing/index.js';
import { type HealthOptions, healthHandlers } from './index.js';

type Name = 'livez' | 'readyz' | 'health' | 'dbCheck' | 'redisCheck';

const fine: ReadinessCheck = { name: 'fine', check: async () => 'all well' };
const broken: ReadinessCheck = {
  name: 'broken',
  check: async () => {
    throw new Error('password authentication failed for user "att"');
  },
};
const hanging: ReadinessCheck = { name: 'hanging', check: () => new Promise(() => {}) };

/** The answer of a health route: its status, and its body in the shape of the route table. */
async function ask(name: Name, options: Partial<HealthOptions> = {}, query: object = {}) {
  const handlers = healthHandlers({
    version: '1.2.3',
    checks: [fine],
    database: async () => {},
    sharedState: createMemorySharedState(),
    metrics: createMetrics(),
    isDraining: () => false,
    ...options,
  });
  const request = {
    params: {},
    query,
    principal: undefined,
    requestId: 'r',
    signal: new AbortController().signal,
  };
  const answer = await handlers[name]?.(request as never);
  if (answer === undefined || !('body' in answer)) throw new Error(`${name} has no body`);
  return { status: answer.status ?? 200, body: ROUTES[name].response.parse(answer.body) };
}

const databaseAway = { database: () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1')) };

describe('/readyz', () => {
  it('is ready when all checks are, with a word on each', async () => {
    expect(await ask('readyz')).toEqual({
      status: 200,
      body: {
        status: 'ready',
        failed: [],
        degraded: [],
        checks: { fine: { status: 'ok', detail: 'all well' } },
      },
    });
  });

  it('is ready, and says so, where something works with less than it should have', async () => {
    const lame: ReadinessCheck = {
      name: 'feed',
      service: 'projector',
      check: async () => ({ degraded: 'read from the database: no broker answers' }),
    };
    expect(await ask('readyz', { checks: [fine, lame] })).toMatchObject({
      status: 200,
      body: {
        status: 'ready',
        failed: [],
        degraded: ['projector'],
        checks: { feed: { status: 'degraded', detail: 'read from the database: no broker answers' } },
      },
    });
  });

  it('is 503 when one check fails, and gives nothing away', async () => {
    const answer = await ask('readyz', { checks: [fine, broken] });
    expect(answer).toMatchObject({
      status: 503,
      body: { status: 'not ready', checks: { fine: { status: 'ok' }, broken: { status: 'failed' } } },
    });
    expect(JSON.stringify(answer)).not.toContain('password');
  });

  it('shows the reason of a NotReadyError, whose text may be read without a key', async () => {
    const blocked: ReadinessCheck = {
      name: 'blocked',
      check: () => Promise.reject(new NotReadyError('tasks is paused')),
    };
    expect(await ask('readyz', { checks: [blocked] })).toMatchObject({
      status: 503,
      body: { checks: { blocked: { status: 'failed', detail: 'tasks is paused' } } },
    });
  });

  describe('of several services that share a process', () => {
    const checks = [
      { ...fine, service: 'ingest' },
      { ...broken, service: 'projector' },
    ];

    it('names the one that fails', async () => {
      expect(await ask('readyz', { checks })).toMatchObject({
        status: 503,
        body: { failed: ['projector'], checks: { broken: { status: 'failed', service: 'projector' } } },
      });
    });

    it('asks one alone, so that others go on when it fails', async () => {
      expect(await ask('readyz', { checks }, { service: 'ingest' })).toMatchObject({
        status: 200,
        body: { status: 'ready', checks: { fine: { service: 'ingest' } } },
      });
      expect(await ask('readyz', { checks }, { service: 'projector' })).toMatchObject({ status: 503 });
      await expect(ask('readyz', { checks }, { service: 'other' })).rejects.toThrow(
        'There are: ingest, projector.',
      );
    });
  });

  it('gives a check 2 s', async () => {
    const { result: answer, took } = await timed(ask('readyz', { checks: [fine, hanging] }));
    expect(answer).toMatchObject({ status: 503, body: { checks: { hanging: { status: 'failed' } } } });
    expect(took).toBeLessThan(3_000);
  });

  it('takes a check that throws for one that failed', async () => {
    const throwing: ReadinessCheck = {
      name: 'throwing',
      check() {
        throw new Error('at once');
      },
    };
    expect(await ask('readyz', { checks: [throwing] })).toMatchObject({ status: 503 });
  });

  it('is 503 while the process drains', async () => {
    expect(await ask('readyz', { isDraining: () => true })).toMatchObject({
      status: 503,
      body: { status: 'not ready' },
    });
  });
});

describe('the other health routes', () => {
  it('/livez asks nothing else', async () => {
    const answer = await ask('livez', { ...databaseAway, checks: [broken], isDraining: () => true });
    expect(answer).toEqual({ status: 200, body: { status: 'ok' } });
  });

  it('/health is in the old form', async () => {
    expect(await ask('health')).toMatchObject({ status: 200, body: { status: 'healthy', version: '1.2.3' } });
    expect(await ask('health', databaseAway)).toMatchObject({ status: 503, body: { status: 'unhealthy' } });
  });

  it('/db-check says whether the database answers, not why not', async () => {
    expect(await ask('dbCheck')).toMatchObject({ status: 200, body: { status: 'ok' } });
    const away = await ask('dbCheck', databaseAway);
    expect(away.status).toBe(503);
    expect(JSON.stringify(away)).not.toContain('10.0.0.1');
  });

  it('/redis-check says that there is no Redis', async () => {
    expect(await ask('redisCheck')).toMatchObject({ status: 200, body: { status: 'none' } });
  });
});
