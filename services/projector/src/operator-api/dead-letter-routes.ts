import type { DeadLetter } from '@att/contracts';
import { deadLetterEvent } from '@att/platform/event-log';
import type { HandlersOf } from '@att/platform/http';
import { cutPage, pageRequest, totalHeaders } from '@att/platform/paging';
import type { ClientBase, Pool } from 'pg';
import { markDeadLetter } from './mark-dead-letter.js';
import { deadLetterBusy, noSuchDeadLetter } from './problems.js';
import { actorOf, type CommandResult, type RunCommand } from './run-command.js';
import { selectDeadLetter } from './select-dead-letter.js';
import { OLDEST_FIRST, selectDeadLetters } from './select-dead-letters.js';

export function deadLetterRoutes(pool: Pool, runCommand: RunCommand): HandlersOf<'deadLetters'> {
  return {
    async listDeadLetters({ query, target }) {
      const page = pageRequest(query, OLDEST_FIRST, target);
      const { deadLetters, total } = await selectDeadLetters(pool, query, page);
      const rows = deadLetters.map((deadLetter) => ({
        key: [deadLetter.id, deadLetter.id] as [number, number],
        deadLetter,
      }));
      const cut = cutPage(rows, page, { at: null, epoch: null }, target);
      return {
        headers: { ...totalHeaders(total, true), ...cut.headers },
        body: cut.rows.map(({ deadLetter }) => deadLetter),
      };
    },
    async getDeadLetter({ params: { id } }) {
      const deadLetter = await selectDeadLetter(pool, id);
      if (deadLetter === undefined) throw noSuchDeadLetter(id);
      return { body: deadLetter };
    },
    async retryDeadLetter({ params: { id }, principal }) {
      return { body: await runCommand((client) => resolve(client, id, 'retry', actorOf(principal))) };
    },
    async skipDeadLetter({ params: { id }, principal }) {
      return { body: await runCommand((client) => resolve(client, id, 'skip', actorOf(principal))) };
    },
  };
}

const EVENT_TYPES = { retry: 'dead_letter.retried', skip: 'dead_letter.skipped' } as const;

/** @throws ProblemError not_found, dead_letter_busy */
async function resolve(
  client: ClientBase,
  id: number,
  verb: 'retry' | 'skip',
  actor: string,
): Promise<CommandResult<DeadLetter>> {
  const marked = await markDeadLetter(client, id, verb);
  if (marked !== undefined) {
    const { projection, generation, project, task_id, position } = marked;
    const data = { dead_letter: id, projection, generation, project, task_id, position };
    return { events: [deadLetterEvent(EVENT_TYPES[verb], actor, data)], answer: marked };
  }
  const deadLetter = await selectDeadLetter(client, id);
  if (deadLetter === undefined) throw noSuchDeadLetter(id);
  if (deadLetter.state !== verb) throw deadLetterBusy(id, verb === 'retry' ? 'skip' : 'retry');
  return { events: [], answer: deadLetter };
}
