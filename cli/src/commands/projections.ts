/** Commands of `att projections`, through a running server. */
import { type Command, InvalidArgumentError } from 'commander';
import { connect, type ServerOptions, withServerOptions } from '../client/connect.js';
import { print } from '../print/print.js';
import { projectionTables } from '../print/projections.js';
import { addOperatorCommands } from './projection-commands.js';
import { addRebuildCommand } from './rebuild.js';

export function addProjectionCommands(program: Command): void {
  const projections = program
    .command('projections')
    .description('list, rebuild, switch, pause and drop projections of the log');
  withServerOptions(projections.command('list').description('list projections and their generations')).action(
    async (options: ServerOptions) => {
      const client = await connect(options);
      print((await client.call('listProjections')).body, options, projectionTables);
    },
  );
  addRebuildCommand(projections);
  addOperatorCommands(projections);
  addDropCommand(projections);
}

function addDropCommand(projections: Command): void {
  const command = projections
    .command('drop')
    .description('drop a generation that does not serve')
    .argument('<name>', 'name of the projection')
    .option('--generation <id>', 'the retired one by default', generationId);
  withServerOptions(command).action(
    async (name: string, options: ServerOptions & { generation?: number }) => {
      const client = await connect(options);
      const body = options.generation === undefined ? {} : { generation: options.generation };
      const { body: dropped } = await client.call('dropGeneration', { params: { name }, body });
      print(dropped, options, ({ projection, id }) => `${projection}: generation ${id} is being dropped.\n`);
    },
  );
}

function generationId(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('It must be the id of a generation.');
  return Number(text);
}
