import { projectionSchema } from '@att/contracts';
import { WAIT_LIMIT } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { PROJECTIONS } from '../projections/index.js';
import { createOperatorWorld, type OperatorWorld } from './testing/operator-world.js';

let world: OperatorWorld;
beforeEach(async () => {
  world = await createOperatorWorld();
});
afterEach(() => world.close());

async function described() {
  const { status, body } = await world.get('/api/projections');
  expect(status).toBe(200);
  const projections = z.array(projectionSchema).parse(body);
  expect(projections).toEqual(body);
  return projections;
}
const tasks = async () => (await described())[0];
const change = (sql: string) => world.sql.query(`UPDATE projection.generations SET ${sql}`);

describe('the description of the projections', () => {
  it('is where each stands', async () => {
    for (const verb of ['pause', 'resume', 'pause']) await world.post(`/api/projections/stats/${verb}`);
    await change("position = 1, moved_at = clock_timestamp() WHERE projection = 'tasks'");
    const projections = await described();
    expect(projections.map(({ name }) => name)).toEqual(PROJECTIONS.map(({ name }) => name));
    expect(projections[0]).toMatchObject({
      position: 1,
      head: 3,
      lag_events: 2,
      state: 'live',
      dead_letters: 0,
    });
    expect(projections[0]?.lag_seconds).toBeGreaterThan(0);
    expect(projections[0]?.lag_seconds).toBeLessThan(30);
    expect(projections[3]).toMatchObject({ position: 0, lag_events: 3, state: 'paused' });
    await change('position = 3');
    expect(await tasks()).toMatchObject({ lag_events: 0, lag_seconds: 0 });
  });

  it('is failed while nobody applies what there is, and paused where an operator wants it so', async () => {
    await change("moved_at = now() - interval '1 hour'");
    const states = async () =>
      Object.fromEntries((await described()).map(({ name, state }) => [name, state]));
    expect(new Set(Object.values(await states()))).toEqual(new Set(['live']));
    await world.post('/api/projections/stats/pause');
    await vi.waitFor(async () => expect((await states()).tasks).toBe('failed'), WAIT_LIMIT);
    expect((await states()).stats).toBe('paused');
    await change('position = 1');
    expect((await states()).tasks).toBe('live');
  });

  it('is how far a build is, and how long it will take', async () => {
    for (const verb of ['pause', 'resume', 'pause', 'resume'])
      await world.post(`/api/projections/stats/${verb}`);
    await world.post('/api/projections/tasks/rebuild');
    expect((await tasks())?.generations[0]).toMatchObject({
      state: 'building',
      rate: null,
      eta_seconds: null,
    });
    await change("rate = 2, position = 1 WHERE state = 'building'");
    expect((await tasks())?.generations[0]).toMatchObject({ rate: 2, eta_seconds: 2 });
    await change("rate = 0 WHERE state = 'building'");
    expect((await tasks())?.generations[0]).toMatchObject({ rate: 0, eta_seconds: null });
    const comparison = {
      with: 1,
      position: 5,
      equal: false,
      tables: [
        {
          table: 'tasks',
          rows: 2,
          active_rows: 1,
          checksum: 'a',
          active_checksum: 'b',
          differing_rows: 1,
        },
      ],
    };
    await world.sql.query(
      "UPDATE projection.generations SET comparison = $1, state = 'ready' WHERE state = 'building'",
      [JSON.stringify(comparison)],
    );
    expect((await tasks())?.generations[0]).toMatchObject({ rate: null, comparison });
  });

  it('is that it failed where nobody can write to the active generation, unless another is built', async () => {
    await change('version = 99 WHERE projection = $$tasks$$');
    expect(await tasks()).toMatchObject({ version: 99, state: 'failed' });
    await world.post('/api/projections/tasks/rebuild');
    expect(await tasks()).toMatchObject({ version: 99, state: 'live' });
    await world.post('/api/projections/tasks/cancel');
    expect(await tasks()).toMatchObject({ state: 'failed' });
  });

  it('has what is in use and the retired, and the last five that ended', async () => {
    for (let build = 0; build < 8; build++) {
      await world.post('/api/projections/tasks/rebuild');
      await world.post('/api/projections/tasks/cancel');
    }
    await world.post('/api/projections/tasks/rebuild');
    await world.sql.query(
      "INSERT INTO projection.generations (projection, version, state) VALUES ('tasks', 1, 'retired')",
    );
    const generations = (await tasks())?.generations ?? [];
    expect(generations.map(({ state }) => state)).toEqual([
      'retired',
      'building',
      ...Array.from({ length: 5 }, () => 'cancelled'),
      'active',
    ]);
    const ids = generations.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
  });

  it('is nothing but names before a projector ran', async () => {
    await world.sql.query('DELETE FROM projection.generations');
    expect(await tasks()).toMatchObject({ position: 0, head: 0, state: 'live', generations: [] });
    const { status, body } = await world.post('/api/projections/tasks/pause');
    expect([status, body.code]).toEqual([404, 'not_found']);
  });
});
