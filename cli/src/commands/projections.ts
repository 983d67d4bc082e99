/** `att projections`: the operators' commands on projections, through a running server. */
import { type Command, InvalidArgumentError } from 'commander';
import { connect, type ServerOptions, talksToServer } from '../client/connect.js';
import { print } from '../print/print.js';
import { projectionTables } from '../print/projections.js';
import { addActCommands } from './projection-acts.js';
import { addRebuildCommand } from './rebuild.js';

export function addProjectionCommands(program: Command): void {
  const projections = program
    .command('projections')
    .description('see, rebuild, switch, stop and drop what the log is folded into');
  talksToServer(projections.command('list').description('where they stand, and their generations')).action(
    async (options: ServerOptions) => {
      const client = await connect(options);
      print((await client.call('listProjections')).body, options, projectionTables);
    },
  );
  addRebuildCommand(projections);
  addActCommands(projections);
  addDropCommand(projections);
}

function addDropCommand(projections: Command): void {
  const command = projections
    .command('drop')
    .description('drop a generation that does not serve')
    .argument('<name>', 'of the projection')
    .option('--generation <id>', 'the retired one by default', generationId);
  talksToServer(command).action(async (name: string, options: ServerOptions & { generation?: number }) => {
    const client = await connect(options);
    const body = options.generation === undefined ? {} : { generation: options.generation };
    const { body: dropped } = await client.call('dropGeneration', { params: { name }, body });
    print(dropped, options, ({ projection, id }) => `${projection}: generation ${id} is being dropped.\n`);
  });
}

function generationId(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('It must be the id of a generation.');
  return Number(text);
}
