/** `att dead-letters`: the tasks that stand still because of an event that could not be applied. */
import type { Command } from 'commander';
import { connect, type ServerOptions, talksToServer } from '../client/connect.js';
import { deadLetterTable, deadLetterText } from '../print/dead-letters.js';
import { print } from '../print/print.js';
import { wholeNumber } from './numbers.js';

interface ListOptions extends ServerOptions {
  projection?: string;
  project?: string;
  task?: string;
  limit: number;
  offset: number;
}

export function addDeadLetterCommands(program: Command): void {
  const letters = program
    .command('dead-letters')
    .description('see the tasks that stand still because of an event, and let them go on');
  addListCommand(letters);
  const show = letters.command('show').description('one of them').argument('<id>', 'of it', wholeNumber);
  talksToServer(show).action(async (id: number, options: ServerOptions) => {
    const client = await connect(options);
    print((await client.call('getDeadLetter', { params: { id } })).body, options, deadLetterText);
  });
  addSettleCommand(letters, 'retry', 'apply the event, and those queued behind it, again');
  addSettleCommand(letters, 'skip', 'leave the event out, and apply those queued behind it');
}

function addListCommand(letters: Command): void {
  const list = letters
    .command('list')
    .description('all of them, oldest first')
    .option('--projection <name>', 'only of this projection')
    .option('--project <name>', 'only of this project')
    .option('--task <id>', 'only of this task')
    .option('--limit <number>', 'how many, 200 at most', wholeNumber, 50)
    .option('--offset <number>', 'how many to leave out', wholeNumber, 0);
  talksToServer(list).action(
    async ({ projection, project, task, limit, offset, ...options }: ListOptions) => {
      const client = await connect(options);
      const query = { projection, project, task_id: task, limit, offset };
      const { body, total } = await client.call('listDeadLetters', { query });
      print(body, options, (found) => deadLetterTable(found, total ?? found.length));
    },
  );
}

function addSettleCommand(letters: Command, verb: 'retry' | 'skip', description: string): void {
  const route = verb === 'retry' ? 'retryDeadLetter' : 'skipDeadLetter';
  const command = letters.command(verb).description(description).argument('<id>', 'of it', wholeNumber);
  talksToServer(command).action(async (id: number, options: ServerOptions) => {
    const client = await connect(options);
    const { body } = await client.call(route, { params: { id }, body: {} });
    print(body, options, () => `A ${verb} of the dead letter ${id} is asked for.\n`);
  });
}
