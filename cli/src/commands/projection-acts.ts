/** `att projections switch`, `cancel`, `rollback`, `pause` and `resume`: of one projection, or of all that they apply to. */
import type { Generation, GenerationState, Projection } from '@att/contracts';
import type { Command } from 'commander';
import { connect, type ServerOptions, talksToServer } from '../client/connect.js';
import type { Client } from '../client/make-client.js';
import { print } from '../print/print.js';

interface Act {
  route: 'switchProjection' | 'cancelRebuild' | 'rollbackProjection' | 'pauseProjection' | 'resumeProjection';
  description: string;
  /** Whether `--all` means this one, too. */
  applies(projection: Projection): boolean;
  /** Says that there is none. */
  none: string;
  words(generation: Generation): string;
}

interface Options extends ServerOptions {
  all?: true;
}

const has =
  (...states: GenerationState[]) =>
  ({ generations }: Projection) =>
    generations.some(({ state }) => states.includes(state));

const ACTS: Readonly<Record<string, Act>> = {
  switch: {
    route: 'switchProjection',
    description: 'let the generation that is ready serve',
    applies: has('ready'),
    none: 'No generation is ready to be switched to.',
    words: ({ projection, id }) => `${projection}: generation ${id} is being switched to.\n`,
  },
  cancel: {
    route: 'cancelRebuild',
    description: 'give up the generation that is being built or ready',
    applies: has('building', 'ready'),
    none: 'No generation is being built.',
    words: ({ projection, id, state }) => `${projection}: generation ${id} is ${state}.\n`,
  },
  rollback: {
    route: 'rollbackProjection',
    description: 'let the retired generation serve again',
    applies: has('retired'),
    none: 'No retired generation is kept.',
    words: ({ projection, id }) =>
      `${projection}: generation ${id} is brought up to date, and then serves again.\n`,
  },
  pause: {
    route: 'pauseProjection',
    description: 'stop applying events; reads answer from where it stands',
    applies: ({ state }) => state !== 'paused',
    none: 'All are paused already.',
    words: ({ projection, position }) =>
      `${projection} is paused, at position ${position} or a little after.\n`,
  },
  resume: {
    route: 'resumeProjection',
    description: 'go on applying events',
    applies: ({ state }) => state === 'paused',
    none: 'None is paused.',
    words: ({ projection }) => `${projection} goes on.\n`,
  },
};

export function addActCommands(projections: Command): void {
  for (const [verb, act] of Object.entries(ACTS)) {
    const command = projections
      .command(verb)
      .description(act.description)
      .argument('[name]', 'of the projection')
      .option('--all', 'all projections that have one to act on');
    talksToServer(command).action(async (name: string | undefined, options: Options) => {
      if ((name === undefined) === (options.all === undefined)) {
        command.error('error: name one projection, or say --all');
      }
      const client = await connect(options);
      const names = name === undefined ? await namesOf(client, act) : [name];
      // One after the other: the register's rows are locked in turn, and a refusal stops what is left.
      const acted: Generation[] = [];
      for (const one of names) {
        acted.push((await client.call(act.route, { params: { name: one }, body: {} })).body);
      }
      const words = () => (acted.length === 0 ? `${act.none}\n` : acted.map(act.words).join(''));
      // One that was named is told of by itself.
      print(name === undefined ? acted : acted[0], options, words);
    });
  }
}

async function namesOf(client: Client, { applies }: Act): Promise<string[]> {
  const { body } = await client.call('listProjections');
  return body.filter(applies).map(({ name }) => name);
}
