/** Checks of requests that every read route makes. */
import { ROUTES, type Route } from '@att/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refused } from './support/answers.js';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';

const READS = Object.entries(ROUTES as Record<string, Route>)
  .filter(([name, route]) => route.scope === 'read' && name !== 'getWebsocketStats')
  .map(([, route]) => route);
const pathOf = (route: Route) => route.path.replace(/\{(position|id)\}/, '1').replaceAll(/\{\w+\}/g, 'x');

let world: QueryWorld;

beforeAll(async () => {
  world = await createQueryWorld();
  world.startProjecting();
  await world.projected(0);
});
afterAll(() => world.close());

describe.each(READS.map((route) => [route.path, pathOf(route)]))('%s', (_, path) => {
  it('wants a key', async () => {
    const without = await world.get(path, { key: undefined });
    refused(without, 'unauthorized');
    expect(without.headers.get('www-authenticate')).toBe('Bearer');
    refused(await world.get(path, { key: 'wrong-key-0123456789' }), 'unauthorized');
  });

  it('refuses an unknown parameter and names it', async () => {
    const problem = refused(await world.get(`${path}?colour=red`), 'invalid_parameter');
    expect(problem.errors).toEqual([{ pointer: 'colour', detail: 'is not a parameter of this path' }]);
  });

  it('refuses a parameter that is given twice', async () => {
    const problem = refused(await world.get(`${path}?limit=1&limit=2`), 'invalid_parameter');
    expect(problem.errors?.[0]?.pointer).toBe('limit');
  });

  it.each(['%ff', '%ED%A0%80', '%', '%E2%82'])(
    'refuses what is no percent-encoded UTF-8: %s',
    async (value) => {
      const problem = refused(await world.get(`${path}?q=${value}`), 'invalid_parameter');
      expect(problem.errors).toEqual([{ pointer: 'q', detail: 'must be percent-encoded UTF-8' }]);
    },
  );

  it('has no other method', async () => {
    const answer = await world.get(path, { method: 'DELETE' });
    refused(answer, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });
});

describe('a bad value', () => {
  it.each([
    ['/api/tasks?limit=0', 'limit'],
    ['/api/tasks?limit=201', 'limit'],
    ['/api/tasks?limit=1.5', 'limit'],
    ['/api/tasks?limit=', 'limit'],
    ['/api/tasks?offset=-1', 'offset'],
    ['/api/tasks?min_position=x', 'min_position'],
    ['/api/tasks?status=', 'status'],
    ['/api/tasks?status=,', 'status'],
    ['/api/tasks?status=a%00b', 'status'],
    ['/api/tasks/a%00b', 'task_id'],
    ['/api/projects/a%00b', 'name'],
    ['/api/projects?limit=201', 'limit'],
    ['/api/tasks?sort=colour', 'sort'],
    ['/api/tasks?as_of=-1', 'as_of'],
    ['/api/tasks?as_of=1e3', 'as_of'],
    ['/api/tasks?as_of=2026-02-30T00:00:00Z', 'as_of'],
    ['/api/tasks?q=', 'q'],
    ['/api/tasks?task_name=%00', 'task_name'],
    ['/api/tasks?from=2026-01-31', 'from'],
    ['/api/tasks?from_date=2026-02-30', 'from_date'],
    ['/api/agents?sort=title', 'sort'],
    ['/api/projects?sort=last_seen', 'sort'],
    ['/api/stats/series?bucket=week', 'bucket'],
    ['/api/stats/series?from=1', 'from'],
    ['/api/stats?project=', 'project'],
    ['/api/stats?agent=%00', 'agent'],
    ['/api/events?limit=1001', 'limit'],
    ['/api/events?after=-1', 'after'],
    ['/api/events?offset=-1', 'offset'],
    ['/api/events?min_position=x', 'min_position'],
    ['/api/events?from=yesterday', 'from'],
    ['/api/events?to=2026-02-30T00:00:00Z', 'to'],
    ['/api/events?data=json', 'data'],
    ['/api/events/1?data=', 'data'],
  ])('in %s is named', async (path, parameter) => {
    const problem = refused(await world.get(path), 'invalid_parameter');
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual([parameter]);
  });

  it('of percent-encoding is 400', async () => {
    refused(await world.get('/api/tasks/%E0%A4'), 'malformed_request');
    refused(await world.get('/api/tasks/%ZZ'), 'malformed_request');
  });
});

it('takes times with an offset whose plus sign was not encoded', async () => {
  for (const time of [
    '2026-01-31T12:00:00+02:00',
    '2026-01-31T12:00:00%2B02:00',
    '2026-01-31T12:00:00.5-02:00',
  ]) {
    const path = `/api/tasks?from=${time}&to_date=${time}&as_of=${time}`;
    expect((await world.get(path)).status, path).toBe(200);
  }
  refused(await world.get('/api/tasks?from=2026-01-31%2012:00'), 'invalid_parameter');
});

it('answers HEAD like GET, without the body', async () => {
  const answer = await world.get('/api/tasks', { method: 'HEAD' });
  expect([answer.status, answer.text]).toEqual([200, '']);
  expect(answer.headers.get('x-total-count')).toBe('0');
});

it('takes the key from the URL as well', async () => {
  const answer = await world.get('/api/tasks?api_key=test-key-of-query-0123456789', { key: undefined });
  expect(answer.status).toBe(200);
});

it('knows nothing of other paths', async () => {
  refused(await world.get('/api/nothing'), 'not_found');
  refused(await world.get('/api/projects/x/nothing'), 'not_found');
});
