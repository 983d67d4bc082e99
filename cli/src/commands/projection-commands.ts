/** Commands `att projections switch`, `cancel`, `rollback`, `pause` and `resume`, for one projection or for all that they apply to. */
import type { Generation, GenerationState, Projection } from '@att/contracts';
import type { Command } from 'commander';
import { connect, type ServerOptions, withServerOptions } from '../client/connect.js';
import type { Client } from '../client/make-client.js';
import { print } from '../print/print.js';

interface ProjectionCommand {
  route: 'switchProjection' | 'cancelRebuild' | 'rollbackProjection' | 'pauseProjection' | 'resumeProjection';
  description: string;
  /** Whether `--all` includes this projection. */
  applies(projection: Projection): boolean;
  /** Sentence that `--all` prints when it includes none. */
  none: string;
  sentence(generation: Generation): string;
}

interface Options extends ServerOptions {
  all?: true;
}

const has =
  (...states: GenerationState[]) =>
  ({ generations }: Projection) =>
    generations.some(({ state }) => states.includes(state));

const COMMANDS: Readonly<Record<string, ProjectionCommand>> = {
  switch: {
    route: 'switchProjection',
    description: 'let the generation that is ready serve',
    applies: has('ready'),
    none: 'No generation is ready to be switched to.',
    sentence: ({ projection, id }) => `${projection}: generation ${id} is being switched to.\n`,
  },
  cancel: {
    route: 'cancelRebuild',
    description: 'give up the generation that is being built or ready',
    applies: has('building', 'ready'),
    none: 'No generation is being built.',
    sentence: ({ projection, id, state }) => `${projection}: generation ${id} is ${state}.\n`,
  },
  rollback: {
    route: 'rollbackProjection',
    description: 'let the retired generation serve again',
    applies: has('retired'),
    none: 'No retired generation is kept.',
    sentence: ({ projection, id }) =>
      `${projection}: generation ${id} is brought up to date, and then serves again.\n`,
  },
  pause: {
    route: 'pauseProjection',
    description: 'stop applying events; reads answer as of its position',
    applies: ({ state }) => state !== 'paused',
    none: 'All are paused already.',
    sentence: ({ projection, position }) =>
      `${projection} is paused, at position ${position} or a little after.\n`,
  },
  resume: {
    route: 'resumeProjection',
    description: 'go on applying events',
    applies: ({ state }) => state === 'paused',
    none: 'None is paused.',
    sentence: ({ projection }) => `${projection} goes on.\n`,
  },
};

export function addOperatorCommands(projections: Command): void {
  for (const [verb, projectionCommand] of Object.entries(COMMANDS)) {
    const command = projections
      .command(verb)
      .description(projectionCommand.description)
      .argument('[name]', 'name of the projection')
      .option('--all', 'every projection that the command applies to');
    withServerOptions(command).action(async (name: string | undefined, options: Options) => {
      if ((name === undefined) === (options.all === undefined)) {
        command.error('error: name one projection, or say --all');
      }
      const client = await connect(options);
      const names = name === undefined ? await namesOf(client, projectionCommand) : [name];
      // Sequential: the register's rows are locked in turn, and a refusal stops the rest.
      const changed: Generation[] = [];
      for (const one of names) {
        changed.push((await client.call(projectionCommand.route, { params: { name: one }, body: {} })).body);
      }
      const { none, sentence } = projectionCommand;
      const sentences = () => (changed.length === 0 ? `${none}\n` : changed.map(sentence).join(''));
      // JSON of a named projection is one object, and of --all a list.
      print(name === undefined ? changed : changed[0], options, sentences);
    });
  }
}

async function namesOf(client: Client, { applies }: ProjectionCommand): Promise<string[]> {
  const { body } = await client.call('listProjections');
  return body.filter(applies).map(({ name }) => name);
}
