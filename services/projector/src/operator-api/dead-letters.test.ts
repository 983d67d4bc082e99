import { type DeadLetter, deadLetterSchema } from '@att/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createOperatorWorld, type OperatorWorld } from './testing/operator-world.js';

let world: OperatorWorld;
beforeEach(async () => {
  world = await createOperatorWorld();
});
afterEach(() => world.close());

/** Inserts a dead letter as the projector does. @param generation 1 is the active one of tasks, 2 of projects */
async function insertDeadLetter(taskId: string, generation = 1, project = 'shop'): Promise<number> {
  const { rows } = await world.sql.query(
    `INSERT INTO projection.dead_letters (generation, project, task_id, position, error_name, error_message)
     VALUES ($1, $2, $3, 7, 'TypeError', 'cannot be') RETURNING id`,
    [generation, project, taskId],
  );
  return rows[0].id;
}

async function list(query = '') {
  const { status, headers, body } = await world.get(`/api/dead-letters${query}`);
  expect(status).toBe(200);
  const deadLetters = z.array(deadLetterSchema).parse(body);
  expect(deadLetters).toEqual(body);
  const next = /<([^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
  const prev = /<([^>]*)>; rel="prev"/.exec(headers.get('link') ?? '')?.[1];
  return {
    deadLetters,
    names: deadLetters.map(({ task_id }) => task_id),
    total: headers.get('x-total-count'),
    next,
    prev,
  };
}

describe('the list of dead letters', () => {
  it('has those of generations in use, oldest first', async () => {
    await world.post('/api/projections/stats/rebuild');
    const { rows } = await world.sql.query("SELECT id FROM projection.generations WHERE state = 'building'");
    await insertDeadLetter('b');
    await insertDeadLetter('a', rows[0].id);
    expect(await list()).toMatchObject({ names: ['b', 'a'], total: '2' });
    await world.post('/api/projections/stats/cancel');
    expect(await list()).toMatchObject({ names: ['b'], total: '1' });
    expect((await world.get('/api/projections')).body[0].dead_letters).toBe(1);
  });

  it('can be narrowed', async () => {
    await insertDeadLetter('a');
    await insertDeadLetter('a', 2);
    await insertDeadLetter('b', 1, 'docs');
    expect(await list('?projection=tasks')).toMatchObject({ names: ['a', 'b'], total: '2' });
    expect(await list('?project=docs')).toMatchObject({ names: ['b'], total: '1' });
    expect((await list('?task_id=a&projection=projects')).deadLetters).toMatchObject([{ generation: 2 }]);
    expect(await list('?projection=nothing')).toMatchObject({ names: [], total: '0' });
  });

  it('comes in pages, by offset and by cursor', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await insertDeadLetter(name);
    const first = await list('?limit=2');
    expect(first).toMatchObject({ names: ['a', 'b'], total: '5', prev: undefined });
    const query = (path: string | undefined) => path?.slice(path.indexOf('?'));
    const second = await list(query(first.next));
    expect(second).toMatchObject({ names: ['c', 'd'], total: '5' });
    expect(await list(query(second.next))).toMatchObject({ names: ['e'], next: undefined });
    expect(await list(query(second.prev))).toMatchObject({ names: ['a', 'b'] });
    expect(await list('?limit=2&offset=4')).toMatchObject({ names: ['e'], total: '5' });
    expect(await list('?offset=9')).toMatchObject({ names: [], total: '5' });
  });
});

describe('a dead letter', () => {
  it('is shown while its generation is in use', async () => {
    const id = await insertDeadLetter('a');
    expect((await world.get(`/api/dead-letters/${id}`)).body).toMatchObject({ id, task_id: 'a', queued: 0 });
    await world.sql.query("UPDATE projection.generations SET state = 'retired' WHERE id = 1");
    for (const answer of [
      await world.get(`/api/dead-letters/${id}`),
      await world.post(`/api/dead-letters/${id}/retry`),
      await world.get('/api/dead-letters/999'),
      await world.post('/api/dead-letters/999/skip'),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    }
    expect(await world.events()).toEqual([]);
  });

  it.each([
    ['retry', 'dead_letter.retried', 'skip'],
    ['skip', 'dead_letter.skipped', 'retry'],
  ] as const)('of which a %s is wanted says so, and the log has it once', async (verb, type, other) => {
    const id = await insertDeadLetter('a');
    const { status, body } = await world.post(`/api/dead-letters/${id}/${verb}`);
    expect([status, (body as DeadLetter).state]).toEqual([202, verb]);
    expect((await world.post(`/api/dead-letters/${id}/${verb}`, {})).status).toBe(202);
    const refused = await world.post(`/api/dead-letters/${id}/${other}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'dead_letter_busy']);
    expect(await world.events()).toEqual([
      {
        type,
        actor: 'bootstrap',
        project: null,
        task_id: null,
        agent: null,
        data: {
          dead_letter: id,
          projection: 'tasks',
          generation: 1,
          project: 'shop',
          task_id: 'a',
          position: 7,
        },
      },
    ]);
  });

  it('is dealt with once when many ask in the same moment', async () => {
    const id = await insertDeadLetter('a');
    const answers = await Promise.all(
      ['retry', 'skip', 'retry', 'skip'].map((verb) => world.post(`/api/dead-letters/${id}/${verb}`)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 409, 409]);
    expect(await world.events()).toHaveLength(1);
  });
});
