/** Sockets that catch up and replay from a streaming replica: whatever that lacks, no frame is missing and none is doubled. */
import { cutLog, until } from '@att/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestSocket } from '../../services/realtime/src/testing/test-socket.js';
import { API_KEY, startWholeServer, type WholeServer } from '../contract/whole-server.js';
import { havePostgres15 } from '../setup/find-debian-server.js';
import { queryOnce } from '../support/debian-postgres.js';
import { createReplicaWorld, DATABASE, type ReplicaWorld } from '../support/replica-world.js';

const EVENTS = 400;
const isThere = havePostgres15();
let world: ReplicaWorld;
/** Server without sockets until a test opens one: its ring has nothing of the past, which pages must bring. */
let server: WholeServer;

beforeAll(async () => {
  if (!isThere) return;
  world = await createReplicaWorld();
  const reports = Array.from({ length: EVENTS }, (_, at) =>
    world.start(`task-${at}`, { project: at % 5 === 0 ? 'few' : 'many' }),
  );
  await Promise.all(reports);
  await world.caughtUp();
});
afterAll(() => world?.close());

async function freshServer(): Promise<void> {
  const replica = new URL(world.replicaUrl);
  replica.port = String(world.line.port);
  server = await startWholeServer(world.primary.url(DATABASE), { databaseReadUrl: replica.href });
  await until('the replica is read', async () => {
    const ready = (await (await fetch(`${server.url}/readyz`)).json()) as { degraded: string[] };
    return ready.degraded.length === 0;
  });
}

const open = (query: string) =>
  new TestSocket(`${server.url.replace('http', 'ws')}/webhook/ws?api_key=${API_KEY}&${query}`);

const pagesOfReplica = async () =>
  (await queryOnce(world.replicaUrl, `SELECT FROM pg_stat_activity WHERE application_name = 'att-realtime'`))
    .length;

/** Positions of the log's task events after one, of a project or all. */
async function positionsAfter(after: number, project?: string): Promise<number[]> {
  const rows = await world.primary.query(
    `SELECT position::int FROM log.events WHERE position > ${after} AND type LIKE 'task.%'
     ${project === undefined ? '' : `AND project = '${project}'`} ORDER BY position`,
    DATABASE,
  );
  return rows.map(({ position }) => position as number);
}

describe.runIf(isThere)('sockets', () => {
  it('get every frame once while the replica is held back, and when it comes on', async () => {
    await freshServer();
    await world.hold();
    try {
      const missing = Array.from({ length: 60 }, (_, at) =>
        world.start(`missing-${at}`, { project: at % 2 === 0 ? 'few' : 'many' }),
      );
      await Promise.all(missing);
      const opened = [
        open('after=0'),
        open('after=0&project=few'),
        open('after=395'),
        open('after=0&speed=max'),
      ];
      await Promise.all(opened.map((socket) => socket.first('caught_up')));
      // On a busy machine the replica may have counted as silent just then.
      await until('pages come from the replica', async () => {
        if ((await pagesOfReplica()) > 0) return true;
        const another = open('after=0');
        await another.first('caught_up');
        another.ws.terminate();
        return false;
      });
      const last = await world.start('live', { project: 'few' });
      await Promise.all(opened.map((socket) => socket.until(() => socket.positions.at(-1) === last)));
      const [all, few, late, replayed] = opened.map(({ positions }) => positions);
      expect(all).toEqual(await positionsAfter(0));
      expect(few).toEqual(await positionsAfter(0, 'few'));
      expect(late).toEqual(await positionsAfter(395));
      expect(replayed).toEqual(await positionsAfter(0));
      for (const socket of opened) socket.ws.terminate();
    } finally {
      await world.release();
      await server.close();
    }
  });

  it('get every frame once while the replica goes away and comes back', async () => {
    await world.caughtUp();
    await freshServer();
    try {
      const opened: TestSocket[] = [];
      for (let turn = 0; turn < 6; turn++) {
        const [break_, mend] =
          turn % 2 === 0 ? (['down', 'restore'] as const) : (['stall', 'resume'] as const);
        opened.push(open('after=0'), open(`after=${turn * 60}&project=many`), open('after=0&speed=max'));
        await new Promise((resolve) => setTimeout(resolve, turn * 20));
        world.line[break_]();
        await world.start(`broken-${turn}`, { project: 'many' });
        opened.push(open('after=100'));
        await Promise.all(opened.map((socket) => socket.first('caught_up')));
        world.line[mend]();
      }
      const last = await world.start('last', { project: 'many' });
      await Promise.all(opened.map((socket) => socket.until(() => socket.positions.at(-1) === last)));
      for (const [at, { positions }] of opened.entries()) {
        const kind = at % 4;
        const after = kind === 1 ? Math.floor(at / 4) * 60 : kind === 3 ? 100 : 0;
        expect(positions).toEqual(await positionsAfter(after, kind === 1 ? 'many' : undefined));
      }
      for (const socket of opened) socket.ws.terminate();
    } finally {
      world.line.restore();
      world.line.resume();
      await server.close();
    }
  });

  // The last one: it changes the log.
  it('of a log that lost events get none of those, though the replica has them still', async () => {
    await world.caughtUp();
    await freshServer();
    await world.hold();
    const sql = new pg.Pool({ connectionString: world.primary.url(DATABASE), max: 1 });
    try {
      await cutLog(sql, 50);
      await sql.query('UPDATE log.head SET epoch = gen_random_uuid()');
      const socket = open('after=0');
      const epoch = (await socket.first('connection')).epoch;
      const last = await world.start('of-the-other-log');
      await socket.until(() => socket.positions.at(-1) === last);
      expect(await sql.query('SELECT epoch FROM log.head').then(({ rows }) => rows[0].epoch)).toBe(epoch);
      expect(socket.positions).toEqual(await positionsAfter(0));
      const titles = socket.frames.flatMap((frame) => ('data' in frame ? [frame.data.task_id] : []));
      expect(titles).not.toContain('last');
      socket.ws.terminate();
    } finally {
      await sql.end();
      await world.release();
      await server.close();
    }
  });
});
