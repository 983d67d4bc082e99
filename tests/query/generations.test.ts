/** Switches of generations while clients read: no answer fails, and none mixes generations. */
import type { Agent, Project, Stats, TaskSummary } from '@att/contracts';
import { CHUNK_GROUPS, generationTable } from '@att/platform/projections';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answered, positionOf, refused, totalOf } from './support/answers.js';
import { activeOf, type MarkedProjection, switchGeneration } from './support/hand-made-generation.js';
import { type Answer, createQueryWorld, type QueryWorld } from './support/query-world.js';
import { operatorsEvent, started } from './support/reports.js';

/** Tasks, and as many projects and agents. */
const THINGS = 5;
const TURNS = 12;
/** Readers at a time. */
const READERS = 6;

let world: QueryWorld;
beforeEach(async () => {
  world = await createQueryWorld();
  world.startProjecting();
  const names = Array.from({ length: THINGS }, (_, n) => `thing-${n + 1}`);
  const head = await world.append(
    ...names.map((name) => started({ project: name, task: name, agent: name })),
  );
  await world.projected(head);
  await world.stopProjecting();
  // Events without a task, so that hand-made generations are not ahead of the log.
  await world.append(...Array.from({ length: TURNS }, operatorsEvent));
});
afterEach(() => world.close());

async function growToWholeGroup(): Promise<void> {
  world.startProjecting();
  let head = THINGS;
  while (CHUNK_GROUPS.wholeAt(head) === 0) {
    head = await world.append(...Array.from({ length: 512 }, () => started({ agent: 'other' })));
  }
  await world.projected(head);
  await world.stopProjecting();
}

/** Read whose answer shows which generation it is from. */
interface Probe {
  projection: MarkedProjection;
  path: string;
  /** The marks of an answer's rows; each is the checkpoint of the generation that it came from. */
  marks(answer: Answer): unknown[];
  /** Whether it has as many rows as the checkpoint says, and as a count. */
  isList: boolean;
}

const PROBES: Probe[] = [
  {
    projection: 'tasks',
    path: '/api/tasks?limit=200',
    marks: (answer) => (answer.body as TaskSummary[]).map(({ title }) => Number(title.replace('of ', ''))),
    isList: true,
  },
  {
    projection: 'tasks',
    path: '/api/tasks?limit=200&sort=title',
    marks: (answer) => (answer.body as TaskSummary[]).map(({ title }) => Number(title.replace('of ', ''))),
    isList: true,
  },
  {
    projection: 'projects',
    path: '/api/projects?limit=200',
    marks: (answer) => (answer.body as Project[]).map(({ total_tasks }) => total_tasks),
    isList: true,
  },
  {
    projection: 'agents',
    path: '/api/agents?limit=200',
    marks: (answer) => (answer.body as Agent[]).map(({ total_tasks }) => total_tasks),
    isList: true,
  },
  {
    projection: 'stats',
    path: '/api/stats',
    marks: (answer) => [(answer.body as Stats).total_tasks],
    isList: false,
  },
];

/** Rows, count and position of an answer are of one generation. @returns its checkpoint */
function expectOneGeneration(answer: Answer, { marks, isList }: Probe): number {
  expect(`${answer.status} ${answer.text.slice(0, 300)}`).toMatch(/^200 /);
  const position = positionOf(answer);
  const found = marks(answer);
  if (isList) {
    expect(totalOf(answer)).toBe(position);
    expect(found).toHaveLength(position);
  }
  if (position > THINGS) expect(new Set(found)).toEqual(new Set([position]));
  return position;
}

describe('a switch of generations', () => {
  describe.each(PROBES)('of $projection, read over $path,', (probe) => {
    it.each([
      ['kept', false],
      ['dropped right behind', true],
    ])('mixes and fails no answer when the old one is %s', async (_, drop) => {
      let isSwitching = true;
      const reading = Promise.all(
        Array.from({ length: READERS }, async () => {
          let last = 0;
          while (isSwitching) {
            const position = expectOneGeneration(await world.get(probe.path), probe);
            expect(position).toBeGreaterThanOrEqual(last);
            last = position;
          }
        }),
      );
      reading.catch(() => {
        isSwitching = false;
      });
      for (let turn = 0; turn < TURNS && isSwitching; turn++) {
        await switchGeneration(world.sql, probe.projection, { drop });
      }
      isSwitching = false;
      await reading;
      expect(expectOneGeneration(await world.get(probe.path), probe)).toBe(THINGS + TURNS);
    });
  });

  it('is noticed by every route, the old generation being gone', async () => {
    const drop = { drop: true };
    const readAll = async (turn: number) => {
      const title = turn === 0 ? 'Title of thing-1' : `of ${THINGS + turn}`;
      const total_tasks = turn === 0 ? 1 : THINGS + turn;
      expect(answered('getTask', await world.get('/api/tasks/thing-1'))).toMatchObject({ title });
      const task = await world.get('/api/projects/thing-1/tasks/thing-1');
      expect(answered('getProjectTask', task)).toMatchObject({ title });
      const tasks = await world.get('/api/projects/thing-1/tasks');
      expect(answered('listProjectTasks', tasks)).toMatchObject([{ title }]);
      expect(answered('getProject', await world.get('/api/projects/thing-1'))).toMatchObject({ total_tasks });
      expect(answered('listAgents', await world.get('/api/agents?q=thing-1'))).toMatchObject([
        { total_tasks },
      ]);
      const ofTask = await world.get('/api/projects/thing-1/tasks/thing-1/events');
      expect(answered('listTaskEvents', ofTask)).toMatchObject([{ position: 1 }]);
      const events = await world.get('/api/events?project=thing-1&task_id=thing-1');
      expect(answered('listEvents', events)).toMatchObject([{ position: 1 }]);
      const series = answered('getSeries', await world.get('/api/stats/series?bucket=day'));
      expect(series.reduce((sum, bucket) => sum + bucket.started, 0)).toBe(THINGS);
    };
    await readAll(0);
    for (let turn = 1; turn <= 3; turn++) {
      for (const projection of ['tasks', 'projects', 'agents', 'stats', 'events'] as const) {
        await switchGeneration(world.sql, projection, drop);
      }
      await readAll(turn);
    }
  });

  it('leaves the index of the log that was retired, which goes no further', async () => {
    const events = async () =>
      answered('listEvents', await world.get('/api/events?agent=thing-1')).map(({ position }) => position);
    // Events after the last complete group are searched in the log itself.
    await growToWholeGroup();
    const before = await activeOf(world.sql, 'events');
    expect(await events()).toEqual([1]);
    await switchGeneration(world.sql, 'events', { drop: false });
    expect(await events()).toEqual([1]);
    await world.sql.query(`TRUNCATE ${generationTable('event_index', before.id)}`);
    expect(await events()).toEqual([1]);
  });

  it('is 503 when the active generation has no tables, and ends by itself', async () => {
    const { id } = await activeOf(world.sql, 'stats');
    const table = generationTable('stats_versions', id);
    await world.sql.query(`ALTER TABLE ${table} RENAME TO hidden`);
    refused(await world.get('/api/stats'), 'projection_behind');
    await world.sql.query(`ALTER TABLE projection.hidden RENAME TO ${table.split('.')[1]}`);
    expect(answered('getStats', await world.get('/api/stats'))).toMatchObject({ total_tasks: THINGS });
  });
});
