import type { Route } from '@att/contracts';
import { ProblemError, type RouteHandler, type RouteHandlers } from '@att/platform/http';
import { Registry } from '@att/platform/metrics';
import { LeftToPrimaryError } from '@att/platform/read-replica';
import { silentLog } from '@att/platform/testing';
import pg from 'pg';
import { expect, it, vi } from 'vitest';
import { withReplica } from './with-replica.js';

const request = { signal: new AbortController().signal } as Parameters<RouteHandler<Route>>[0];

/** Reads that the replica fails at with these errors, one after the other. @returns what was logged as an error */
async function loggedFor(...errors: Error[]): Promise<unknown[]> {
  const error = vi.fn();
  const replica = vi.fn();
  for (const each of errors) replica.mockRejectedValueOnce(each);
  const primary = async () => 'of the primary';
  const routesOf = (listTasks: unknown) => ({ listTasks }) as unknown as RouteHandlers;
  const routes = withReplica(
    { isUsable: true },
    { onReplica: routesOf(replica), onPrimary: routesOf(primary), afterReplica: routesOf(primary) },
    { metrics: new Registry(), log: Object.assign(Object.create(silentLog), { error }) },
  );
  const read = routes.listTasks as unknown as RouteHandler<Route>;
  for (const _ of errors) expect(await read(request)).toBe('of the primary');
  return error.mock.calls.map(([{ err }]) => err);
}

function databaseError(code: string): Error {
  return Object.assign(new pg.DatabaseError('no', 2, 'error'), { code });
}

it('logs a missing right or a bug of a read from the replica, once a while', async () => {
  const denied = databaseError('42501');
  expect(await loggedFor(denied, denied)).toEqual([denied]);
  const bug = new Error('a bug');
  expect(await loggedFor(bug)).toEqual([bug]);
});

it('logs nothing where the replica is behind or away, or refuses the read', async () => {
  const away = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const refusal = new ProblemError('not_found', 'There is no such task.');
  const recovery = databaseError('40001');
  expect(await loggedFor(new LeftToPrimaryError('behind'), away, refusal, recovery)).toEqual([]);
});
