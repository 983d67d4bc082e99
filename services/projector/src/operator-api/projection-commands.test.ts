import { type Generation, generationSchema, type ProblemCode } from '@att/contracts';
import { PROJECTION_NAMES } from '@att/platform/projections';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECTIONS } from '../projections/index.js';
import { type Answer, createOperatorWorld, type OperatorWorld } from './testing/operator-world.js';

/** Generations 1 to 5 are active: tasks has the first. */
const ACTIVE_TASKS = 1;
const VERSION = PROJECTIONS[0]?.version as number;

let world: OperatorWorld;
beforeEach(async () => {
  world = await createOperatorWorld();
});
afterEach(() => world.close());

const run = (verb: string, body?: object) => world.post(`/api/projections/tasks/${verb}`, body);

/** The generation in the answer of a command that was accepted. */
function accepted({ status, body }: Answer): Generation {
  expect(`${status} ${JSON.stringify(body)}`).toMatch(/^202 /);
  const generation = generationSchema.parse(body);
  expect(generation).toEqual(body);
  return generation;
}

function refused({ status, body }: Answer, code: ProblemCode): string {
  expect(`${status} ${JSON.stringify(body)}`).toContain(`"code":"${code}"`);
  return body.detail;
}

/** Does with the generation as the projector would. */
async function become(id: number, columns: string): Promise<void> {
  await world.sql.query(`UPDATE projection.generations SET ${columns} WHERE id = $1`, [id]);
}

async function register(id: number) {
  const { rows } = await world.sql.query('SELECT * FROM projection.generations WHERE id = $1', [id]);
  return rows[0];
}

async function retired(columns = ''): Promise<number> {
  const { id } = accepted(await run('rebuild'));
  await become(id, `state = 'retired', has_tables = true, retired_at = now()${columns}`);
  return id;
}

/** Events that were recorded since. */
async function recorded(since: number) {
  return (await world.events()).slice(since).map(({ type, data }) => ({ type, data }));
}

describe('a rebuild', () => {
  it('registers a generation for the projector to fill, and records who wants it', async () => {
    const generation = accepted(await run('rebuild', { hold: true }));
    expect(generation).toMatchObject({
      projection: 'tasks',
      version: VERSION,
      state: 'building',
      position: 0,
      hold: true,
      dry_run: false,
    });
    expect(await register(generation.id)).toMatchObject({
      stage: 'filling',
      on_ready: 'hold',
      has_tables: false,
      build: 1,
    });
    expect(await world.events()).toEqual([
      {
        type: 'projection.rebuild_requested',
        actor: 'bootstrap',
        project: null,
        task_id: null,
        agent: null,
        data: { projection: 'tasks', generation: generation.id, version: VERSION, hold: true },
      },
    ]);
  });

  it.each([
    [undefined, 'switch'],
    [{ dry_run: true }, 'drop'],
    [{ hold: false, dry_run: false }, 'switch'],
  ])('with %j is to %s', async (body, onReady) => {
    expect((await register(accepted(await run('rebuild', body)).id)).on_ready).toBe(onReady);
  });

  it('is refused while there is one, and only for that projection', async () => {
    accepted(await run('rebuild'));
    expect(refused(await run('rebuild'), 'projection_busy')).toContain('tasks is being built already');
    accepted(await world.post('/api/projections/stats/rebuild'));
    expect(await world.events()).toHaveLength(2);
  });

  it('is taken on once when many ask in the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => run('rebuild')));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409, 409, 409]);
    expect(await world.events()).toHaveLength(1);
  });

  it('of all is one build', async () => {
    const { status, body } = await world.post('/api/projections/rebuild', { dry_run: true });
    expect([status, body.map(({ projection }: Generation) => projection)]).toEqual([
      202,
      PROJECTIONS.map(({ name }) => name),
    ]);
    const { rows } = await world.sql.query(
      "SELECT DISTINCT build FROM projection.generations WHERE state = 'building'",
    );
    expect(rows).toHaveLength(1);
    expect(await world.events()).toHaveLength(PROJECTIONS.length);
  });

  it('of all is all or nothing', async () => {
    const [all, one] = await Promise.all([
      world.post('/api/projections/rebuild'),
      world.post('/api/projections/agents/rebuild'),
    ]);
    expect([all.status, one.status].sort()).toEqual([202, 409]);
    expect(refused(await world.post('/api/projections/rebuild'), 'projection_busy')).toContain('agents');
    const { rows } = await world.sql.query("SELECT FROM projection.generations WHERE state = 'building'");
    expect(await world.events()).toHaveLength(rows.length);
  });

  it('cannot both wait and be dropped', async () => {
    refused(await run('rebuild', { hold: true, dry_run: true }), 'invalid_body');
    expect(await world.events()).toEqual([]);
  });
});

describe('a switch', () => {
  it('is wanted of the generation that waits for it, once', async () => {
    const { id } = accepted(await run('rebuild', { hold: true }));
    expect(refused(await run('switch'), 'nothing_to_switch')).toContain('is still being built');
    await become(id, "state = 'ready'");
    expect(accepted(await run('switch'))).toMatchObject({ id, state: 'ready', hold: false });
    expect((await register(id)).on_ready).toBe('switch');
    accepted(await run('switch'));
    expect(await recorded(1)).toEqual([
      {
        type: 'projection.switch_requested',
        data: { projection: 'tasks', generation: id, version: VERSION },
      },
    ]);
  });

  it('is refused where nothing waits', async () => {
    expect(refused(await run('switch'), 'nothing_to_switch')).toContain('no generation that is ready');
    const { id } = accepted(await run('rebuild', { dry_run: true }));
    await become(id, "state = 'ready'");
    expect(refused(await run('switch'), 'nothing_to_switch')).toContain('dry run');
    expect(await recorded(1)).toEqual([]);
  });
});

describe('a cancel', () => {
  it.each(['building', 'ready'])('has what is %s dropped', async (state) => {
    const { id } = accepted(await run('rebuild', { hold: true }));
    await become(id, `state = '${state}'`);
    expect(accepted(await run('cancel'))).toMatchObject({ id, state: 'cancelled' });
    expect(await register(id)).toMatchObject({ drop_requested: true, finished_at: expect.any(String) });
    expect((await recorded(1)).map(({ type }) => type)).toEqual(['projection.rebuild_cancelled']);
    accepted(await run('rebuild'));
  });

  it('of a rollback keeps the retired generation', async () => {
    const id = await retired();
    accepted(await run('rollback'));
    expect(accepted(await run('cancel'))).toMatchObject({ id, state: 'retired' });
    expect(await register(id)).toMatchObject({ drop_requested: false, has_tables: true });
    accepted(await run('rollback'));
  });

  it('is refused where nothing is built', async () => {
    refused(await run('cancel'), 'nothing_to_cancel');
    expect(await world.events()).toEqual([]);
  });
});

describe('a rollback', () => {
  it('has the latest retired generation brought up to date', async () => {
    await retired();
    const latest = await retired();
    expect(accepted(await run('rollback'))).toMatchObject({ id: latest, state: 'building' });
    expect(await register(latest)).toMatchObject({ stage: 'catching up', on_ready: 'switch' });
    expect((await recorded(2)).map(({ type }) => type)).toEqual(['projection.rollback_requested']);
  });

  it('is refused while something is built', async () => {
    await retired();
    accepted(await run('rebuild'));
    refused(await run('rollback'), 'projection_busy');
    expect(await recorded(2)).toEqual([]);
  });

  it('is refused where nothing is kept, and says why', async () => {
    expect(refused(await run('rollback'), 'nothing_to_roll_back')).toContain('no retired generation');
    const id = await retired(', version = 99');
    expect(refused(await run('rollback'), 'nothing_to_roll_back')).toContain(
      `${id} of tasks is of version 99`,
    );
    await become(id, `version = ${VERSION}, drop_requested = true`);
    refused(await run('rollback'), 'nothing_to_roll_back');
  });

  it('races with a rebuild, and one of them is taken on', async () => {
    await retired();
    const answers = await Promise.all([run('rollback'), run('rebuild'), run('rollback'), run('rebuild')]);
    const taken = answers.filter(({ status }) => status === 202);
    expect(taken).toHaveLength(1);
    expect(await recorded(1)).toHaveLength(1);
  });
});

describe('a drop', () => {
  it('is of the retired generation, once', async () => {
    const id = await retired();
    expect(accepted(await run('drop')).id).toBe(id);
    expect((await register(id)).drop_requested).toBe(true);
    accepted(await run('drop'));
    accepted(await run('drop', { generation: id }));
    expect((await recorded(1)).map(({ type }) => type)).toEqual(['projection.drop_requested']);
  });

  it('may be of one that failed', async () => {
    const { id } = accepted(await run('rebuild'));
    await become(id, "state = 'failed', has_tables = true");
    accepted(await run('drop', { generation: id }));
    expect((await register(id)).drop_requested).toBe(true);
  });

  it('is refused for what is in use', async () => {
    expect(refused(await run('drop', { generation: ACTIVE_TASKS }), 'generation_in_use')).toContain('switch');
    const { id } = accepted(await run('rebuild'));
    expect(refused(await run('drop', { generation: id }), 'generation_in_use')).toContain('cancel');
    expect(await recorded(1)).toEqual([]);
  });

  it('is refused where there is nothing to drop, and says so', async () => {
    expect(refused(await run('drop'), 'not_found')).toContain('no retired generation');
    expect(refused(await run('drop', { generation: 999 }), 'not_found')).toContain('no generation 999');
    expect(refused(await run('drop', { generation: 2 }), 'not_found')).toContain('no generation 2');
    const { id } = accepted(await run('rebuild'));
    await become(id, "state = 'failed'");
    expect(refused(await run('drop', { generation: id }), 'not_found')).toContain('no tables any more');
    expect(await recorded(1)).toEqual([]);
  });
});

describe('a pause', () => {
  it('is until the projection is resumed, and each is recorded once', async () => {
    expect(accepted(await run('pause')).id).toBe(ACTIVE_TASKS);
    accepted(await run('pause'));
    expect((await world.get('/api/projections')).body[0].state).toBe('paused');
    accepted(await run('resume'));
    accepted(await run('resume'));
    expect((await world.get('/api/projections')).body[0].state).toBe('live');
    expect((await recorded(0)).map(({ type }) => type)).toEqual(['projection.paused', 'projection.resumed']);
  });
});

describe('a paused projection', () => {
  it.each(['rebuild', 'switch', 'rollback'])('refuses a %s, which would wait unseen', async (verb) => {
    accepted(await run('pause'));
    expect(refused(await run(verb), 'projection_paused')).toBe('tasks is paused: resume it first.');
    expect(refused(await world.post('/api/projections/rebuild'), 'projection_paused')).toContain('tasks');
    accepted(await world.post('/api/projections/stats/rebuild'));
    expect((await recorded(0)).map(({ type }) => type)).toEqual([
      'projection.paused',
      'projection.rebuild_requested',
    ]);
  });
});

it.each(['rebuild', 'switch', 'cancel', 'rollback', 'drop', 'pause', 'resume'])(
  'a %s of an unknown projection is 404, and names those that there are',
  async (verb) => {
    const detail = refused(await world.post(`/api/projections/taks/${verb}`), 'not_found');
    expect(detail).toBe(`There is no projection taks. There are: ${PROJECTION_NAMES.join(', ')}.`);
    expect(await world.events()).toEqual([]);
  },
);

it('without roles, commands are recorded with the rights that all services share', async () => {
  const shared = await createOperatorWorld(false);
  expect((await shared.post('/api/projections/tasks/pause')).status).toBe(202);
  expect(await shared.events()).toHaveLength(1);
  await shared.close();
});
