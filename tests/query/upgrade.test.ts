/** Upgrades: reads while the read models are of another release. */
import { PROJECTION_VERSIONS } from '@att/platform/projections';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { answered, refused } from './support/answers.js';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';
import { started } from './support/reports.js';

let world: QueryWorld;
beforeEach(async () => {
  world = await createQueryWorld();
});
afterEach(() => world.close());

/** Turns the generation into one of the first release: other tables, under names that are still known. */
async function madeByTheFirstRelease(): Promise<void> {
  const { rows } = await world.sql.query<{ id: number }>(
    `INSERT INTO projection.generations (projection, version, state, position)
     SELECT name, 1, 'active', 1 FROM unnest(ARRAY['tasks', 'projects', 'stats']) AS name RETURNING id`,
  );
  for (const { id } of rows) {
    for (const table of ['tasks', 'projects', 'stats']) {
      await world.sql.query(`CREATE TABLE projection.${table}_g${id} (id bigint PRIMARY KEY)`);
      await world.sql.query(`ALTER TABLE projection.${table}_g${id} OWNER TO att_projector`);
    }
  }
}

it('says that they are being built anew, and answers from its own as soon as they are', async () => {
  const head = await world.append(started({ project: 'moved' }), started({ project: 'moved' }));
  await madeByTheFirstRelease();
  const paths = [
    '/api/tasks',
    '/api/projects',
    '/api/projects/moved',
    '/api/projects?as_of=1',
    '/api/stats',
    '/api/stats/series?bucket=day',
  ];
  for (const path of paths) {
    expect(refused(await world.get(path), 'projection_behind').detail).toContain('another release');
  }
  // The log needs no read model.
  expect(answered('listEvents', await world.get('/api/events?project=moved'))).toHaveLength(2);

  world.startProjecting();
  await world.projected(head);
  for (const path of paths) expect((await world.get(path)).status).toBe(200);
});

it('says how far that is, and when it is likely to be done', async () => {
  await world.append(...Array.from({ length: 101 }, () => started({ project: 'moved' })));
  await madeByTheFirstRelease();
  const without = await world.get('/api/tasks');
  expect(refused(without, 'projection_behind').detail).toContain('no build of it is under way');

  await world.sql.query(
    `INSERT INTO projection.generations (projection, version, state, stage, position, rate)
     VALUES ('tasks', $1, 'building', 'filling', 1, 4)`,
    [PROJECTION_VERSIONS.tasks],
  );
  const answer = await world.get('/api/tasks');
  const { detail, progress } = refused(answer, 'projection_behind');
  expect(progress).toMatchObject({
    projection: 'tasks',
    stage: 'filling',
    position: 1,
    head: 101,
    rate: 4,
    eta_seconds: 25,
  });
  const expectedAt = progress?.expected_at ?? '';
  expect(Math.abs(Date.parse(expectedAt) - Date.now() - 25_000)).toBeLessThan(10_000);
  expect(detail).toContain(`it has 1 of 101 events, to be done at about ${expectedAt}`);
  expect(answer.headers.get('retry-after')).toBe('25');

  const projections = await world.get('/api/projections');
  expect(projections.text).toContain('"eta_seconds":25,"expected_at":"');
  const check = world.query.checks?.find(({ name }) => name === 'read models');
  await expect(check?.check()).rejects.toThrow('it has 1 of 101 events');
});
