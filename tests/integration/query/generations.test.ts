/** Rebuilt read models take over under the readers' feet, and no reader notices. */
import { generationTable, type ProjectionName } from '@att/platform/projections';
import type { ClientBase } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answered, positionOf, refused, totalOf } from './answers.js';
import { type Answer, createQueryWorld, type QueryWorld } from './query-world.js';
import { started } from './reports.js';

const TASKS = 5;

let world: QueryWorld;
beforeEach(async () => {
  world = await createQueryWorld();
  world.startProjecting();
  const head = await world.append(...Array.from({ length: TASKS }, (_, n) => started({ task: `task-${n}` })));
  await world.projected(head);
  await world.stopProjecting();
});
afterEach(() => world.close());

/**
 * Builds a generation whose tasks say which one they are of, and of which there are as many as its
 * checkpoint says; then it takes over. Each so differs from the one before in rows, count and position.
 */
async function switchTasks(drop: boolean): Promise<void> {
  const client = await world.sql.connect();
  try {
    await client.query('BEGIN');
    const before = await activeOf(client, 'tasks');
    const { rows } = await client.query(
      "INSERT INTO projection.generations (projection, version, state, position) VALUES ('tasks', 1, 'ready', $1) RETURNING id",
      [before.position + 1],
    );
    const [from, to] = [generationTable('tasks', before.id), generationTable('tasks', rows[0].id)];
    await client.query(`CREATE TABLE ${to} (LIKE ${from} INCLUDING ALL)`);
    await client.query(`GRANT SELECT ON ${to} TO att_reader`);
    await client.query(`INSERT INTO ${to} SELECT * FROM ${from}`);
    await client.query(
      `INSERT INTO ${to} (id, project, project_id, task_id, title, agent, status, progress, attempt, created_at, updated_at, metadata, position)
       SELECT max(id) + 1, 'shop', 1, 'task-' || max(id), '', 'claude', 'running', 0, 1, now(), now(), '{}', max(id) + 1 FROM ${from}`,
    );
    await client.query(`UPDATE ${to} SET title = $1`, [`of ${before.position + 1}`]);
    await client.query("UPDATE projection.generations SET state = 'retired' WHERE id = $1", [before.id]);
    await client.query("UPDATE projection.generations SET state = 'active' WHERE id = $1", [rows[0].id]);
    if (drop) await client.query(`DROP TABLE ${from}`);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

async function activeOf(
  client: ClientBase,
  projection: ProjectionName,
): Promise<{ id: number; position: number }> {
  const { rows } = await client.query(
    "SELECT id, position FROM projection.generations WHERE projection = $1 AND state = 'active'",
    [projection],
  );
  return rows[0];
}

/** Rows, count and position of an answer are of one generation. */
function expectOneGeneration(answer: Answer): number {
  const tasks = answered('listTasks', answer);
  const position = positionOf(answer);
  expect(totalOf(answer)).toBe(position);
  expect(tasks).toHaveLength(position);
  if (position > TASKS) expect(new Set(tasks.map(({ title }) => title))).toEqual(new Set([`of ${position}`]));
  return position;
}

describe('a switch of generations', () => {
  it.each([
    ['kept', false],
    ['dropped in the same moment', true],
  ])('mixes and fails no answer when the old one is %s', async (_, drop) => {
    let isSwitching = true;
    const reading = Promise.all(
      Array.from({ length: 6 }, async () => {
        let last = 0;
        while (isSwitching) {
          const position = expectOneGeneration(await world.get('/api/tasks?limit=200'));
          expect(position).toBeGreaterThanOrEqual(last);
          last = position;
        }
        return last;
      }),
    );
    reading.catch(() => {
      isSwitching = false;
    });
    for (let turn = 0; turn < 25 && isSwitching; turn++) await switchTasks(drop);
    isSwitching = false;
    await reading;
    expect(expectOneGeneration(await world.get('/api/tasks?limit=200'))).toBe(TASKS + 25);
  });

  it('is noticed by every route', async () => {
    answered('getTask', await world.get('/api/tasks/task-1'));
    await switchTasks(true);
    const title = `of ${TASKS + 1}`;
    expect(answered('getTask', await world.get('/api/tasks/task-1'))).toMatchObject({ title });
    await switchTasks(true);
    expect(answered('getProjectTask', await world.get('/api/projects/shop/tasks/task-1'))).toMatchObject({
      title: `of ${TASKS + 2}`,
    });
    await switchTasks(true);
    expect(answered('listProjectTasks', await world.get('/api/projects/shop/tasks'))).toHaveLength(TASKS + 3);
    await switchTasks(true);
    const events = await world.get('/api/events?project=shop&task_id=task-1');
    expect(answered('listEvents', events)).toHaveLength(1);
  });

  it('is 503 when the active generation has no tables, and ends by itself', async () => {
    const { rows } = await world.sql.query(
      "SELECT id FROM projection.generations WHERE projection = 'stats' AND state = 'active'",
    );
    const table = generationTable('stats', rows[0].id);
    await world.sql.query(`ALTER TABLE ${table} RENAME TO hidden`);
    refused(await world.get('/api/stats'), 'projection_behind');
    await world.sql.query(`ALTER TABLE projection.hidden RENAME TO ${table.split('.')[1]}`);
    expect(answered('getStats', await world.get('/api/stats'))).toMatchObject({ total_tasks: TASKS });
  });
});
