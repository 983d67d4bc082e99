import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ROUTES, type Route, SCOPES } from '../index.js';

const routes = Object.entries(ROUTES as Record<string, Route>);
const reads = routes.filter(([, route]) => route.scope === 'read');
const namesIn = (path: string) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);

describe('the route table', () => {
  it('has each method and path once', () => {
    const keys = routes.map(([, { method, path }]) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('has what a parameter would match before it', () => {
    const paths = routes.filter(([, { method }]) => method === 'GET').map(([, { path }]) => path);
    expect(paths.indexOf('/api/tasks/search')).toBeLessThan(paths.indexOf('/api/tasks/{task_id}'));
  });

  it.each(routes)('%s is described', (_, route) => {
    expect(route.path).toMatch(/^(\/[\w.-]+|\/\{\w+\})+$/);
    expect(route.summary).not.toBe('');
    expect(route.scope === null || SCOPES.includes(route.scope)).toBe(true);
    expect(route.body !== undefined).toBe(route.method === 'POST');
  });

  it.each(routes)('%s reads exactly the parameters of its path', (_, route) => {
    expect(Object.keys(route.params?.shape ?? {})).toEqual(namesIn(route.path));
  });

  it.each(reads)('%s refuses what it does not know', (_, route) => {
    const parsed = route.query?.safeParse({ colour: 'red' });
    expect(parsed?.success).toBe(false);
    expect(parsed?.error?.issues).toMatchObject([{ code: 'unrecognized_keys', keys: ['colour'] }]);
  });

  it.each(reads)('%s needs no parameter', (_, route) => {
    expect(route.query?.safeParse({}).success).toBe(true);
  });
});

describe('a body', () => {
  it.each([
    ['no choice', {}, true],
    ['a hold', { hold: true, dry_run: false }, true],
    ['a hold of what is dropped', { hold: true, dry_run: true }, false],
    ['a text for a flag', { hold: 'yes' }, false],
    ['what is not known', { colour: 'red' }, false],
    ['no object', [], false],
  ])('of a rebuild with %s', (_, body, accepted) => {
    expect(ROUTES.rebuildProjection.body.safeParse(body).success).toBe(accepted);
  });
});

describe('a parameter', () => {
  const query = (route: Route, values: Record<string, string>) =>
    (route.query as z.ZodObject).safeParse(values);

  it.each([
    ['limit', ['0', '201', '-1', '1.5', '1e2', ' 1', '', 'x', '0x10', '99999999999999999999']],
    ['offset', ['-1', 'x', '9007199254740992']],
    ['min_position', ['-1', '', 'latest']],
    ['status', ['', ',', ',,', 'a\0']],
    ['as_of', ['', '-1', '1.5', 'now', '9007199254740992', '2026-02-30T00:00:00Z', '2026-01-31']],
    ['sort', ['', 'colour', '--created', '+created', 'Created']],
    ['cursor', ['', 'x'.repeat(2001), 'a\0']],
    ['project', ['', 'x'.repeat(201), '\0']],
    ['q', ['', 'x'.repeat(2001), '\0']],
    ['from', ['', '2026-01-31', 'yesterday']],
    ['to_date', ['', '2026-02-30', '2026-1-1', 'x']],
  ])('%s of a task list refuses garbage', (name, values) => {
    for (const value of values) expect(query(ROUTES.listTasks, { [name]: value }).success, value).toBe(false);
  });

  it('is what it says', () => {
    expect(query(ROUTES.listTasks, {}).data).toEqual({ limit: 50, sort: '-created' });
    expect(
      query(ROUTES.listTasks, { limit: '200', offset: '007', status: 'a,,b', min_position: '0' }).data,
    ).toEqual({
      limit: 200,
      offset: 7,
      status: ['a', 'b'],
      min_position: 0,
      sort: '-created',
    });
    expect(query(ROUTES.listEvents, { limit: '1000', from: '2026-01-31 12:00:00' }).data).toEqual({
      limit: 1000,
      after: 0,
      from: '2026-01-31T12:00:00.000Z',
      sort: 'position',
    });
  });

  it('as_of is a position when it is digits, else a time', () => {
    const asOf = (text: string) => query(ROUTES.getStats, { as_of: text }).data?.as_of;
    expect(asOf('0')).toEqual({ position: 0 });
    expect(asOf('2026')).toEqual({ position: 2026 });
    expect(asOf(String(Number.MAX_SAFE_INTEGER))).toEqual({ position: Number.MAX_SAFE_INTEGER });
    expect(asOf('2026-01-31T12:00:00+01:00')).toEqual({ time: '2026-01-31T11:00:00.000Z' });
  });

  it('from_date and to_date take in the whole of a day', () => {
    const { data } = query(ROUTES.searchTasks, { from_date: '2026-01-31', to_date: '2026-01-31' });
    expect(data).toMatchObject({
      from_date: '2026-01-31T00:00:00.000Z',
      to_date: '2026-01-31T23:59:59.999Z',
    });
  });

  it('cursor and offset exclude each other', () => {
    const refused = query(ROUTES.listTasks, { cursor: 'abc', offset: '0' });
    expect(refused.error?.issues).toMatchObject([{ path: ['cursor'] }]);
    expect(query(ROUTES.listTasks, { cursor: 'abc' }).success).toBe(true);
  });

  it('of an event refuses garbage', () => {
    for (const values of [
      { limit: '1001' },
      { data: 'json' },
      { from: 'x' },
      { to: '2026-02-30T00:00:00Z' },
      { project: '' },
    ]) {
      expect(query(ROUTES.listEvents, values).success, JSON.stringify(values)).toBe(false);
    }
    expect(ROUTES.getEvent.params.safeParse({ position: '0' }).success).toBe(false);
  });
});
