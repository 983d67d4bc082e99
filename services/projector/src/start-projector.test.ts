import type { Service } from '@att/platform/service';
import { newEvent, until, WAIT_LIMIT } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureGenerations } from './generations/ensure-generations.js';
import { PROJECTIONS } from './projections/index.js';
import { createProjectorWorld, type ProjectorWorld } from './testing/projector-world.js';

let world: ProjectorWorld;
beforeEach(async () => {
  world = await createProjectorWorld();
});
afterEach(() => world.close());

const append = (count: number) =>
  world.append(Array.from({ length: count }, (_, n) => newEvent({ taskId: `task-${n}` })));
const checkpoints = async () =>
  Object.fromEntries((await world.register()).map(({ projection, position }) => [projection, position]));
const everyAt = (position: number) => Object.fromEntries(PROJECTIONS.map(({ name }) => [name, position]));
const isReady = async (projector: Service) =>
  Promise.all((projector.checks ?? []).map(({ check }) => check()));

describe('the projector', () => {
  it('brings every projection to the head, and then has no lag', async () => {
    await append(5);
    const { projector, metrics } = world.start();
    await vi.waitFor(async () => expect(await checkpoints()).toEqual(everyAt(5)), WAIT_LIMIT);
    await isReady(projector);
    expect(await metrics.metrics()).toContain('att_projection_lag_events{projection="tasks"} 0');
    expect(await metrics.metrics()).toContain('att_projection_lag_seconds{projection="tasks"} 0');
  });

  it('commits projections together again once one of them has caught up', async () => {
    world.start();
    await append(5);
    await vi.waitFor(async () => expect(await checkpoints()).toEqual(everyAt(5)), WAIT_LIMIT);
    await world.sql.query("INSERT INTO projection.paused (projection) VALUES ('stats')");
    await world.changeRegister("UPDATE projection.generations SET rate = NULL WHERE projection = 'stats'");
    await append(5);
    await vi.waitFor(
      async () => expect(await checkpoints()).toEqual({ ...everyAt(10), stats: 5 }),
      WAIT_LIMIT,
    );
    await world.sql.query('DELETE FROM projection.paused');
    await world.changeRegister("UPDATE projection.generations SET rate = NULL WHERE projection = 'stats'");
    await vi.waitFor(async () => expect(await checkpoints()).toEqual(everyAt(10)), WAIT_LIMIT);
    let head = 10;
    // The next event may come before the one that caught up has joined the others again.
    await until('they are committed together', async () => {
      await append(1);
      head += 1;
      await vi.waitFor(async () => expect(await checkpoints()).toEqual(everyAt(head)), WAIT_LIMIT);
      const { rows } = await world.sql.query('SELECT DISTINCT xmin::text FROM projection.generations');
      return rows.length === 1;
    });
  });

  it('lets a projection of another version stand, says so, and goes on with the others', async () => {
    await ensureGenerations(world.projectorPool, PROJECTIONS);
    await world.sql.query("UPDATE projection.generations SET version = 99 WHERE projection = 'tasks'");
    await append(5);
    const { projector, metrics } = world.start();
    await vi.waitFor(
      async () => expect(await checkpoints()).toEqual({ ...everyAt(5), tasks: 0 }),
      WAIT_LIMIT,
    );
    await expect(isReady(projector)).rejects.toThrow('tasks is not written');
    expect(await metrics.metrics()).toContain('att_projection_lag_events{projection="tasks"} 5');
    expect(await metrics.metrics()).not.toContain('att_projection_lag_seconds{projection="tasks"} 0\n');
  });
});
