import type { DeadLetter } from '@att/contracts';
import { deadLetterEvent } from '@att/platform/event-log';
import type { RouteHandlers } from '@att/platform/http';
import { cutPage, pageRequest, totalHeaders } from '@att/platform/paging';
import type { ClientBase, Pool } from 'pg';
import { markDeadLetter } from './mark-dead-letter.js';
import { deadLetterBusy, noSuchDeadLetter } from './problems.js';
import { actorOf, type Done, type RunCommand } from './run-command.js';
import { selectDeadLetter } from './select-dead-letter.js';
import { OLDEST_FIRST, selectDeadLetters } from './select-dead-letters.js';

export function deadLetterRoutes(pool: Pool, act: RunCommand) {
  return {
    async listDeadLetters({ query, target }) {
      const page = pageRequest(query, OLDEST_FIRST, target);
      const { letters, total } = await selectDeadLetters(pool, query, page);
      const rows = letters.map((letter) => ({ key: [letter.id, letter.id] as [number, number], letter }));
      const cut = cutPage(rows, page, { at: null, epoch: null }, target);
      return {
        headers: { ...totalHeaders(total, true), ...cut.headers },
        body: cut.rows.map(({ letter }) => letter),
      };
    },
    async getDeadLetter({ params: { id } }) {
      const letter = await selectDeadLetter(pool, id);
      if (letter === undefined) throw noSuchDeadLetter(id);
      return { body: letter };
    },
    async retryDeadLetter({ params: { id }, principal }) {
      return { body: await act((client) => settle(client, id, 'retry', actorOf(principal))) };
    },
    async skipDeadLetter({ params: { id }, principal }) {
      return { body: await act((client) => settle(client, id, 'skip', actorOf(principal))) };
    },
  } satisfies RouteHandlers;
}

const EVENT_TYPES = { retry: 'dead_letter.retried', skip: 'dead_letter.skipped' } as const;

/** @throws ProblemError not_found, dead_letter_busy */
async function settle(
  client: ClientBase,
  id: number,
  wanted: 'retry' | 'skip',
  actor: string,
): Promise<Done<DeadLetter>> {
  const marked = await markDeadLetter(client, id, wanted);
  if (marked !== undefined) {
    const { projection, generation, project, task_id, position } = marked;
    const letter = { dead_letter: id, projection, generation, project, task_id, position };
    return { events: [deadLetterEvent(EVENT_TYPES[wanted], actor, letter)], answer: marked };
  }
  const letter = await selectDeadLetter(client, id);
  if (letter === undefined) throw noSuchDeadLetter(id);
  if (letter.state !== wanted) throw deadLetterBusy(id, wanted === 'retry' ? 'skip' : 'retry');
  return { events: [], answer: letter };
}
