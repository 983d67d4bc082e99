import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ROUTES, type Route, SCOPES } from './index.js';

const routes = Object.entries(ROUTES as Record<string, Route>);
const reads = routes.filter(([, route]) => route.scope === 'read');
const namesIn = (path: string) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);

describe('the route table', () => {
  it('has each method and path once', () => {
    const keys = routes.map(([, { method, path }]) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
    expect(new Set(keys).size).toBe(keys.length);
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

describe('a parameter', () => {
  const query = (route: Route, values: Record<string, string>) =>
    (route.query as z.ZodObject).safeParse(values);

  it.each([
    ['limit', ['0', '201', '-1', '1.5', '1e2', ' 1', '', 'x', '0x10', '99999999999999999999']],
    ['offset', ['-1', 'x', '9007199254740992']],
    ['min_position', ['-1', '', 'latest']],
    ['status', ['', ',', ',,', 'a\0']],
  ])('%s of a task list refuses garbage', (name, values) => {
    for (const value of values) expect(query(ROUTES.listTasks, { [name]: value }).success, value).toBe(false);
  });

  it('is what it says', () => {
    expect(query(ROUTES.listTasks, {}).data).toEqual({ limit: 50, offset: 0 });
    expect(
      query(ROUTES.listTasks, { limit: '200', offset: '007', status: 'a,,b', min_position: '0' }).data,
    ).toEqual({
      limit: 200,
      offset: 7,
      status: ['a', 'b'],
      min_position: 0,
    });
    expect(query(ROUTES.listEvents, { limit: '1000', from: '2026-01-31 12:00:00' }).data).toEqual({
      limit: 1000,
      offset: 0,
      after: 0,
      from: '2026-01-31T12:00:00.000Z',
    });
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
