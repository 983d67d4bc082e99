/** Writes and reads at random over a replica that lags, stops, dies and comes back: every answer is the primary's of its `X-Position`. */
import { printedSeed, until } from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestSocket } from '../../services/realtime/src/testing/test-socket.js';
import { API_KEY } from '../contract/whole-server.js';
import { havePostgres15 } from '../setup/find-debian-server.js';
import { createRandom, type Random } from '../support/random.js';
import { createReplicaWorld, DATABASE, positionOf, type ReplicaWorld } from '../support/replica-world.js';
import { type Answer, getProjected, post, report } from '../support/rest.js';

/** Milliseconds at least, and at most where the machine is busy; and the answers to compare. */
const LEAST = 10_000;
const MOST = 240_000;
const ANSWERS = 200;
const READERS = 4;
const PROJECTS = ['shop', 'lab', 'office'];
const AGENTS = ['ada', 'bob'];

const isThere = havePostgres15();
let world: ReplicaWorld;
let random: Random;
/** Positions that were acknowledged, in order, and where the reports were of. */
const acknowledged: { position: number; project: string; task_id: string }[] = [];
const counts = { answers: 0, pinned: 0, pages: 0, behind: 0, faults: 0 };
let begunAt = 0;
/** Answers of the replica so far. */
let fromReplica = 0;

beforeAll(async () => {
  if (!isThere) return;
  world = await createReplicaWorld({ max_standby_streaming_delay: '100ms' });
  random = createRandom(printedSeed('read replica'));
});
afterAll(() => world?.close());

function isOver(): boolean {
  const passed = performance.now() - begunAt;
  const isEnough = counts.answers >= ANSWERS && fromReplica > ANSWERS / 10;
  return passed >= MOST || (passed >= LEAST && isEnough);
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function write(): Promise<void> {
  while (!isOver()) {
    const known = acknowledged.length > 0 && random.between(1, 3) > 1 ? random.pick(acknowledged) : undefined;
    const project = known?.project ?? random.pick(PROJECTS);
    const task_id = known?.task_id ?? `task-${acknowledged.length}`;
    const path = known === undefined ? '/webhook/start' : '/webhook/status';
    const fields = {
      project,
      task_id,
      agent: random.pick(AGENTS),
      status: 'running',
      message: `step ${acknowledged.length}`,
    };
    const { status, body } = await post(world.server.url, path, report(fields), API_KEY);
    expect([path, status]).toEqual([path, 202]);
    acknowledged.push({ position: body.position, project, task_id });
    await sleep(random.between(0, 60));
  }
}

/** Position up to which the primary's read models are known to be: an answer was true for it. */
let known = 0;

/** Draws a path, and the position from which on what it names is there. */
function drawPath(): { path: string; from: number } {
  const { project, task_id, position } = random.pick(acknowledged);
  const path = random.pick([
    '/api/tasks?limit=7',
    '/api/tasks?limit=5&sort=title',
    '/api/tasks?limit=5&sort=-updated&status=running',
    `/api/projects/${project}/tasks?limit=5`,
    `/api/projects/${project}/tasks/${task_id}?`,
    `/api/projects/${project}/tasks/${task_id}/events?limit=20`,
    '/api/tasks/search?q=task&limit=3',
    '/api/projects?',
    '/api/agents?',
    '/api/stats?',
    `/api/stats?project=${project}`,
    '/api/stats/series?bucket=minute',
    `/api/events?limit=10&after=${position}`,
    `/api/events?limit=10&sort=-position&project=${project}`,
  ]);
  return { path, from: path.startsWith('/api/projects/') ? position : 0 };
}

/** Reads, and compares with what the primary says of the position that the answer is true for. */
async function readOnce(): Promise<void> {
  const { path, from } = drawPath();
  const isThere = from <= known;
  const pin = random.between(1, 4);
  const { position } =
    random.between(1, 2) === 1 ? (acknowledged.at(-1) as { position: number }) : random.pick(acknowledged);
  const asked = `${path}${pin === 1 ? `&min_position=${position}` : pin === 2 ? `&as_of=${position}` : ''}`;
  const answer = await world.get<unknown>(asked);
  if (answer.status === 503) {
    // The projector may be behind, as on any machine that is busy; nothing else is a reason.
    expect(answer.body).toMatchObject({ code: 'projection_behind' });
    counts.behind += 1;
    return;
  }
  if (answer.status !== 200) {
    // A read of the past, or one that waits for nothing, may be of a time before the task.
    const mayBeMissing = pin === 2 ? from > 0 : !isThere && !(pin === 1 && from <= position);
    expect([asked, answer.status, answer.body, mayBeMissing]).toEqual([asked, 404, answer.body, true]);
    return;
  }
  counts.answers += 1;
  const at = positionOf(answer);
  if (pin !== 2) known = Math.max(known, at);
  if (pin === 1) expect([asked, at >= position]).toEqual([asked, true]);
  if (pin === 2) expect([asked, at]).toEqual([asked, position]);
  if (pin <= 2) counts.pinned += 1;
  const same = await getProjected<unknown>(world.plain.url, `${path}&as_of=${at}`, API_KEY);
  expect([asked, at, same.status, same.body]).toEqual([asked, at, 200, answer.body]);
}

/** Pages of a list by its cursors are all of one position. */
async function readPages(): Promise<void> {
  const seen = new Set<number>();
  let next: string | undefined = '/api/tasks?limit=9&sort=title';
  let at: number | undefined;
  while (next !== undefined && !isOver()) {
    const page: Answer<{ id: number }[]> = await world.get(next);
    if (page.status === 503) return;
    expect([next, page.status]).toEqual([next, 200]);
    at ??= positionOf(page);
    expect(positionOf(page)).toBe(at);
    for (const { id } of page.body) {
      expect(seen.has(id)).toBe(false);
      seen.add(id);
    }
    counts.pages += 1;
    next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
  }
}

async function readOn(): Promise<void> {
  while (!isOver()) await (random.between(1, 12) === 1 ? readPages() : readOnce());
}

const sockets: { socket: TestSocket; after: number }[] = [];

async function watch(): Promise<void> {
  while (!isOver()) {
    const after = random.between(0, (acknowledged.at(-1) as { position: number }).position);
    const url = `${world.server.url.replace('http', 'ws')}/webhook/ws?api_key=${API_KEY}&after=${after}`;
    sockets.push({ socket: new TestSocket(url), after });
    await sleep(random.between(100, 900));
  }
}

async function countReplica(): Promise<void> {
  while (!isOver()) fromReplica = await world.reads('replica');
}

async function breakThings(): Promise<void> {
  const faults: (() => Promise<void>)[] = [
    async () => {
      await world.hold();
      await sleep(random.between(50, 2_500));
      await world.release();
    },
    async () => {
      world.line.down();
      await sleep(random.between(50, 1_000));
      world.line.restore();
    },
    async () => {
      world.line.stall();
      await sleep(random.between(50, 2_000));
      world.line.resume();
    },
    async () => world.line.cut(),
    async () => {
      await world.replica.crash();
      await world.replica.start();
    },
    async () => {
      const { status } = await fetch(`${world.plain.url}/api/projections/rebuild`, {
        method: 'POST',
        headers: { 'X-API-Key': API_KEY },
      });
      // A rebuild may be under way.
      expect([202, 409]).toContain(status);
    },
    async () => {
      await world.primary.query('VACUUM', DATABASE);
    },
  ];
  while (!isOver()) {
    await sleep(random.between(100, 900));
    await random.pick(faults)();
    counts.faults += 1;
  }
}

describe.runIf(isThere)('over a replica that has every fault', () => {
  it('every answer is the primary’s at its position, and every socket gets every frame once', async () => {
    acknowledged.push({
      position: await world.start('task-0', { project: 'shop' }),
      project: 'shop',
      task_id: 'task-0',
    });
    await world.projected(1);
    begunAt = performance.now();
    await Promise.all([
      write(),
      write(),
      watch(),
      breakThings(),
      countReplica(),
      ...Array.from({ length: READERS }, readOn),
    ]);
    await world.untilSaid(undefined);
    const last = await world.start('last', { project: 'shop' });
    const rows = await world.primary.query(
      `SELECT position::int FROM log.events WHERE type LIKE 'task.%' ORDER BY position`,
      DATABASE,
    );
    const positions = rows.map(({ position }) => position as number);
    await until('every socket has the last frame', () =>
      sockets.every(({ socket }) => socket.positions.at(-1) === last),
    );
    for (const { socket, after } of sockets) {
      expect(socket.positions).toEqual(positions.filter((position) => position > after));
      socket.ws.terminate();
    }
    const [replica, primary, left] = await Promise.all(
      (['replica', 'primary', 'left'] as const).map((name) => world.reads(name)),
    );
    console.log(
      `read replica: ${JSON.stringify({ ...counts, events: positions.length, sockets: sockets.length, replica, primary, left })}`,
    );
    expect(counts.answers).toBeGreaterThanOrEqual(ANSWERS);
    expect(replica).toBeGreaterThan(ANSWERS / 10);
  }, 600_000);
});
