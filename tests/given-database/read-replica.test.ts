/** Reads from a streaming replica made with pg_basebackup: it is waited for, left when it must be, and never believed too far. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stats, TaskSummary } from '@att/contracts';
import { startStopwatch, until } from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_KEY } from '../contract/whole-server.js';
import { havePostgres15 } from '../setup/find-debian-server.js';
import { queryOnce } from '../support/debian-postgres.js';
import { createReplicaWorld, DATABASE, positionOf, type ReplicaWorld } from '../support/replica-world.js';
import { type Answer, get, getProjected } from '../support/rest.js';

const isThere = havePostgres15();
let world: ReplicaWorld;
beforeAll(async () => {
  // A statement in the way of replay is cancelled at once.
  if (isThere) world = await createReplicaWorld({ max_standby_streaming_delay: '0' });
});
afterAll(() => world?.close());

const backends = (state: string) =>
  queryOnce(
    world.replicaUrl,
    `SELECT query FROM pg_stat_activity WHERE application_name LIKE 'att-query%' AND ${state}`,
  );

describe.runIf(isThere)('a replica', () => {
  it('answers reads, each from one of its snapshots', async () => {
    let head = await world.start('first');
    await world.projected(head);
    const paths = ['/api/tasks', '/api/stats', '/api/projects', '/api/agents', '/api/events'];
    const { answers, total, replica, turn } = await world.whileHeld(async (turn) => {
      const before = await world.reads('replica');
      const later = await world.start(`later-${turn}`);
      await world.projected(later);
      // Held back, it answers from where it is, and says so.
      const answers: unknown[] = [];
      for (const path of paths) {
        const answer = await world.get<object>(path);
        answers.push([path, answer.status, positionOf(answer) === head]);
      }
      head = later;
      const { body } = await world.get<Stats>('/api/stats');
      return { answers, total: body.total_tasks, replica: (await world.reads('replica')) - before, turn };
    });
    expect(answers).toEqual(paths.map((path) => [path, 200, true]));
    expect([total, replica]).toEqual([1 + turn, paths.length + 1]);
  });

  it('is waited for by a read of a position, which has what was written', async () => {
    for (let turn = 0; turn < 20; turn++) {
      const position = await world.start(`written-${turn}`);
      for (const path of [
        `/api/tasks/written-${turn}?`,
        '/api/tasks?',
        '/api/events?',
        `/api/events/${position}?`,
      ]) {
        const answer = await getProjected<object>(
          world.server.url,
          `${path}min_position=${position}`,
          API_KEY,
        );
        expect([path, answer.status]).toEqual([path, 200]);
        expect(positionOf(answer)).toBeGreaterThanOrEqual(position);
      }
    }
    const waited = await world.whileHeld(async (turn) => {
      const position = await world.start(`waited-for-${turn}`);
      const waiting = world.get<object>(`/api/tasks/waited-for-${turn}?min_position=${position}`);
      await sleep(300);
      await world.release();
      return waiting;
    });
    expect(waited.status).toBe(200);
  });

  it('that does not get there is left to the primary, which has it and decides what is ahead', async () => {
    await world.caughtUp();
    await world.hold();
    try {
      const position = await world.start('only-there');
      await world.projected(position);
      const asked = startStopwatch();
      const paths = [
        `/api/tasks/only-there?min_position=${position}`,
        `/api/tasks?as_of=${position}`,
        `/api/events?min_position=${position}`,
        `/api/events?as_of=${position}`,
        `/api/events/${position}`,
        `/api/events?after=${position - 1}`,
      ];
      // Not found is a refusal, and refusals are the primary's: so what it has is found without a position, too.
      const answers = await Promise.all(
        [...paths, '/api/tasks/only-there'].map((path) => world.get<object>(path)),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect(asked()).toBeLessThan(2_000);

      const again = startStopwatch();
      for (const path of [
        `/api/tasks?min_position=${position + 1}`,
        `/api/tasks?as_of=${position + 1}`,
        `/api/events?min_position=${position + 1}`,
        `/api/events?as_of=${position + 1}`,
      ]) {
        expect([path, (await world.get(path)).status]).toEqual([path, 422]);
      }
      const missing = await world.get<{ detail: string }>(`/api/events/${position + 1}`);
      expect([missing.status, missing.body.detail]).toEqual([
        404,
        expect.stringContaining(`ends at position ${position}.`),
      ]);
      expect(again()).toBeLessThan(1_000);
    } finally {
      await world.release();
    }
  });

  it('goes on with the cursors of the primary, and the primary with its', async () => {
    for (let n = 0; n < 6; n++) await world.start(`paged-${n}`, { project: 'paging' });
    await world.projected(await world.start('paged-6', { project: 'paging' }));
    await world.caughtUp();
    await world.hold();
    const tag = (await world.get('/api/tasks')).headers.get('etag') as string;
    try {
      // Newer than all that the replica has.
      for (let n = 7; n < 10; n++) await world.start(`paged-${n}`, { project: 'paging' });
      await world.projected(await world.start('paged-10', { project: 'paging' }));
      for (const path of [
        '/api/projects/paging/tasks?limit=2&sort=created',
        '/api/projects/paging/tasks?limit=2&sort=-created',
        '/api/projects/paging/tasks?limit=2&sort=title',
        '/api/events?limit=2&project=paging',
      ]) {
        const first = await get<TaskSummary[]>(world.plain.url, path, API_KEY);
        let next = nextOf(first);
        const ids = first.body.map(({ task_id }) => task_id);
        while (next !== undefined) {
          const page = await world.get<TaskSummary[]>(next);
          expect([next, page.status]).toEqual([next, 200]);
          ids.push(...page.body.map(({ task_id }) => task_id));
          next = nextOf(page);
        }
        // Live lists that begin with what is old may end where the replica does.
        expect([path, new Set(ids).size]).toEqual([path, ids.length]);
        expect([path, ids.length >= 7, ids]).toEqual([path, true, ids]);
        if (!path.endsWith('sort=created') && !path.startsWith('/api/events')) expect(ids).toHaveLength(11);
      }
      await world.release();
      await world.caughtUp();
      const changed = await fetch(`${world.server.url}/api/tasks`, {
        headers: { 'X-API-Key': API_KEY, 'If-None-Match': tag },
      });
      expect(changed.status).toBe(200);
    } finally {
      await world.release();
    }
  });

  it('whose recovery cancels a statement has it tried on the primary', async () => {
    await world.projected(await world.start('cancelled'));
    await world.caughtUp();
    const [row] = await world.primary.query(
      "SELECT id FROM projection.generations WHERE projection = 'tasks' AND state = 'active'",
      DATABASE,
    );
    const conflicts = async () =>
      Number(
        (
          await queryOnce(
            world.replicaUrl,
            'SELECT confl_lock FROM pg_stat_database_conflicts WHERE datname = current_database()',
          )
        )[0]?.confl_lock,
      );
    const before = await conflicts();
    const { holder, reading, left } = await readThatWaitsForReplay(`projection.tasks_g${row?.id}`);
    const other = await world.primary.transaction(DATABASE);
    try {
      await other.query('LOCK TABLE projection.generations IN ACCESS EXCLUSIVE MODE');
      await world.flush();
      await until('the read was cancelled', async () => (await conflicts()) > before);
    } finally {
      await Promise.all([holder.end(), other.end()]);
    }
    expect((await reading).status).toBe(200);
    expect([await conflicts(), await world.reads('left')]).toEqual([before + 1, left + 1]);
  });

  it('goes on over rebuilds, switches and drops on the primary, while it lags', async () => {
    await world.projected(await world.start('before-the-rebuild'));
    const answers: number[] = [];
    let isBuilding = true;
    const reading = Promise.all(
      [
        '/api/tasks?limit=5',
        '/api/tasks/before-the-rebuild',
        '/api/stats',
        '/api/events?project=tests&limit=5',
      ].map(async (path) => {
        while (isBuilding) {
          const { status } = await world.get(path);
          answers.push(status);
        }
      }),
    );
    // Until there were enough reads, however few a busy machine answers meanwhile.
    for (let turn = 0; turn < 2 || answers.length <= 50; turn++) {
      await world.hold();
      const before = await newest();
      const { status } = await fetch(`${world.server.url}/api/projections/rebuild`, {
        method: 'POST',
        headers: { 'X-API-Key': API_KEY },
      });
      expect(status).toBe(202);
      await until('all are switched', async () => (await oldest()) > before);
      await world.release();
      await world.caughtUp();
    }
    isBuilding = false;
    await reading;
    expect(answers.filter((status) => status !== 200)).toEqual([]);
  });
});

function nextOf({ headers }: Answer<unknown>): string | undefined {
  return /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
}

const activeId = async (which: string) =>
  Number(
    (
      await world.primary.query(
        `SELECT ${which}(id) AS id FROM projection.generations WHERE state = 'active'`,
        DATABASE,
      )
    )[0]?.id,
  );
const newest = () => activeId('max');
const oldest = () => activeId('min');

/**
 * A read of the replica that holds the register's lock, waits for the table's, which replay holds, and is thus in the way of
 * the next lock. On a busy machine the replica may count as silent just then, and the primary has the read: that one is let
 * go on, and another is sent.
 */
async function readThatWaitsForReplay(table: string) {
  for (let tries = 0; tries < 10; tries++) {
    await world.untilSaid(undefined);
    const left = await world.reads('left');
    const holder = await world.primary.transaction(DATABASE);
    await holder.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    await world.flush();
    const reading = world.get<object>('/api/tasks/cancelled');
    for (const end = performance.now() + 2_000; performance.now() < end; await sleep(25)) {
      if ((await backends("wait_event_type = 'Lock'")).length > 0) return { holder, reading, left };
    }
    await holder.end();
    await reading;
  }
  throw new Error('no read came to wait for replay');
}
