import { startStopwatch } from '@att/platform/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { havePostgres15 } from '../setup/find-debian-server.js';
import {
  createReplicaWorld,
  DATABASE,
  positionOf,
  type ReplicaWorld,
  replicaCheck,
} from '../support/replica-world.js';

/** Factor for a machine that runs other tests meanwhile. Without the check a read would wait for 11 s, and those that follow as long. */
const BUSY = 3;

const isThere = havePostgres15();
let world: ReplicaWorld;
beforeAll(async () => {
  if (!isThere) return;
  world = await createReplicaWorld();
  await world.projected(await world.start('first'));
});
afterEach(() => {
  world?.line.restore();
  world?.line.resume();
});
afterAll(() => world?.close());

describe.runIf(isThere)('a replica', () => {
  it('that refuses connections is left at once, and read again when it is back', async () => {
    world.line.down();
    const asked = startStopwatch();
    for (let turn = 0; turn < 10; turn++) expect((await world.get('/api/tasks')).status).toBe(200);
    expect(asked()).toBeLessThan(BUSY * 1_000);
    await world.untilSaid(/does not answer: reads go to the primary/);
    await expect
      .poll(async () => (await fetch(`${world.server.url}/readyz`)).json())
      .toMatchObject({ status: 'ready', degraded: ['query', 'realtime'] });
    const before = await world.reads('left');
    expect((await world.get('/api/tasks')).status).toBe(200);
    expect(await world.reads('left')).toBe(before);
    world.line.restore();
    await world.untilSaid(undefined);
  });

  it('that says nothing any more costs a read 2 s at most, and those that follow nothing', async () => {
    for (const path of ['/api/tasks', '/api/events', '/api/tasks/first?min_position=1']) {
      expect((await world.get(path)).status).toBe(200);
    }
    world.line.stall();
    const asked = startStopwatch();
    const paths = [
      '/api/tasks',
      '/api/events',
      '/api/stats',
      '/api/tasks/first',
      '/api/tasks/first?min_position=1',
    ];
    const answers = await Promise.all(paths.map((path) => world.get(path)));
    expect(asked()).toBeLessThan(BUSY * 2_000);
    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
    const again = startStopwatch();
    for (const path of paths) expect((await world.get(path)).status).toBe(200);
    expect(again()).toBeLessThan(BUSY * 500);
    await world.untilSaid(/does not answer/);
    world.line.resume();
    await world.untilSaid(undefined);
    const back = startStopwatch();
    for (const path of paths) expect((await world.get(path)).status).toBe(200);
    expect(back()).toBeLessThan(BUSY * 500);
  });

  it('that falls behind for long is left, and read again when it has caught up', async () => {
    const { position, held } = await world.whileHeld(async (turn) => {
      const position = await world.start(`long-ago-${turn}`);
      await world.projected(position);
      return { position, held: positionOf(await world.get('/api/tasks')) };
    });
    expect(held).toBeLessThan(position);
    await world.caughtUp();
    await world.hold();
    try {
      const position = await world.start('long-ago');
      await world.projected(position);
      await world.untilSaid(/more than 5 s behind/);
      expect(positionOf(await world.get('/api/tasks'))).toBeGreaterThanOrEqual(position);
    } finally {
      await world.release();
    }
    await world.untilSaid(undefined);
  });

  it('that was restarted is read again', async () => {
    await world.replica.crash();
    for (let turn = 0; turn < 5; turn++) expect((await world.get('/api/tasks')).status).toBe(200);
    await world.untilSaid(/does not answer/);
    await world.replica.start();
    await world.untilSaid(undefined);
    expect((await world.get('/api/tasks')).status).toBe(200);
  });

  it('answers reads that name no position while the primary is away', async () => {
    const paths = ['/api/tasks', '/api/stats', '/api/events'];
    for (const path of paths) expect((await world.get(path)).status).toBe(200);
    await world.primary.crash();
    try {
      for (let turn = 0; turn < 5; turn++) {
        for (const path of paths) expect([path, (await world.get(path)).status]).toEqual([path, 200]);
        // A read that names a position wants the primary's word.
        expect((await world.get('/api/tasks?min_position=1')).status).toBe(503);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    } finally {
      await world.primary.start();
    }
    await world.projected(await world.start('back'));
    await world.untilSaid(undefined);
  });

  it('of a log that got a new epoch is not read until it has that, and gives no answer of the former', async () => {
    await world.caughtUp();
    await world.hold();
    try {
      await world.primary.query('UPDATE log.head SET epoch = gen_random_uuid()', DATABASE);
      const position = await world.start('of-the-new-epoch');
      const answer = await world.get<object>(`/api/events/${position - 1}?min_position=${position - 1}`);
      expect([answer.status, positionOf(answer)]).toEqual([200, position]);
      await world.untilSaid(/has another log/);
    } finally {
      await world.release();
    }
    await world.untilSaid(undefined);
  });

  // The last one: there is no way back.
  it('that is promoted is not read any more, and readiness says why', async () => {
    await world.replica.query('SELECT pg_promote()');
    await world.untilSaid(/is no standby any more/);
    expect((await replicaCheck(world.server.url)).status).toBe('degraded');
    expect((await world.get('/api/tasks')).status).toBe(200);
  });
});
