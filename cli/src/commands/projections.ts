/** `att projections`: the operators' commands on projections, through a running server. */
import type { Generation } from '@att/contracts';
import { type Command, InvalidArgumentError } from 'commander';
import { connect, type ServerOptions, talksToServer } from '../client/connect.js';
import { print } from '../print/print.js';
import { projectionTables } from '../print/projections.js';
import { addRebuildCommand } from './rebuild.js';

type ActName =
  | 'switchProjection'
  | 'cancelRebuild'
  | 'rollbackProjection'
  | 'pauseProjection'
  | 'resumeProjection';

interface Act {
  route: ActName;
  description: string;
  words(generation: Generation): string;
}

const ACTS: Readonly<Record<string, Act>> = {
  switch: {
    route: 'switchProjection',
    description: 'let the generation that is ready serve',
    words: ({ projection, id }) => `${projection}: generation ${id} is being switched to.\n`,
  },
  cancel: {
    route: 'cancelRebuild',
    description: 'give up the generation that is being built or ready',
    words: ({ projection, id, state }) => `${projection}: generation ${id} is ${state}.\n`,
  },
  rollback: {
    route: 'rollbackProjection',
    description: 'let the retired generation serve again',
    words: ({ projection, id }) =>
      `${projection}: generation ${id} is brought up to date, and then serves again.\n`,
  },
  pause: {
    route: 'pauseProjection',
    description: 'stop applying events; reads answer from where it stands',
    words: ({ projection, position }) =>
      `${projection} is paused, at position ${position} or a little after.\n`,
  },
  resume: {
    route: 'resumeProjection',
    description: 'go on applying events',
    words: ({ projection }) => `${projection} goes on.\n`,
  },
};

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
  for (const [verb, { route, description, words }] of Object.entries(ACTS)) {
    const command = projections
      .command(verb)
      .description(description)
      .argument('<name>', 'of the projection');
    talksToServer(command).action(async (name: string, options: ServerOptions) => {
      const client = await connect(options);
      print((await client.call(route, { params: { name }, body: {} })).body, options, words);
    });
  }
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
