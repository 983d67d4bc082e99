/** Commands of `att dead-letters`: tasks that are blocked by an event that could not be applied. */
import type { Command } from 'commander';
import { connect, type ServerOptions, withServerOptions } from '../client/connect.js';
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
  const deadLetters = program
    .command('dead-letters')
    .description('list tasks that are blocked by an event, and retry or skip the event');
  addListCommand(deadLetters);
  const show = deadLetters
    .command('show')
    .description('show one dead letter')
    .argument('<id>', 'id of the dead letter', wholeNumber);
  withServerOptions(show).action(async (id: number, options: ServerOptions) => {
    const client = await connect(options);
    print((await client.call('getDeadLetter', { params: { id } })).body, options, deadLetterText);
  });
  addResolveCommand(deadLetters, 'retry', 'apply the event, and those queued behind it, again');
  addResolveCommand(deadLetters, 'skip', 'leave the event out, and apply those queued behind it');
}

function addListCommand(deadLetters: Command): void {
  const list = deadLetters
    .command('list')
    .description('list dead letters, oldest first')
    .option('--projection <name>', 'only of this projection')
    .option('--project <name>', 'only of this project')
    .option('--task <id>', 'only of this task')
    .option('--limit <number>', 'how many, at most 200', wholeNumber, 50)
    .option('--offset <number>', 'how many to skip', wholeNumber, 0);
  withServerOptions(list).action(
    async ({ projection, project, task, limit, offset, ...options }: ListOptions) => {
      const client = await connect(options);
      const query = { projection, project, task_id: task, limit, offset };
      const { body, total } = await client.call('listDeadLetters', { query });
      print(body, options, (found) => deadLetterTable(found, total ?? found.length));
    },
  );
}

function addResolveCommand(deadLetters: Command, verb: 'retry' | 'skip', description: string): void {
  const route = verb === 'retry' ? 'retryDeadLetter' : 'skipDeadLetter';
  const command = deadLetters
    .command(verb)
    .description(description)
    .argument('<id>', 'id of the dead letter', wholeNumber);
  withServerOptions(command).action(async (id: number, options: ServerOptions) => {
    const client = await connect(options);
    const { body } = await client.call(route, { params: { id }, body: {} });
    print(body, options, () => `A ${verb} of the dead letter ${id} is asked for.\n`);
  });
}
