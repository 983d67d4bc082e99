/** Random commands to a world and its viewers. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { Viewer, Visit } from './viewer.js';
import type { World } from './world.js';

/** Model state: only what does not depend on the server's speed. */
export interface Model {
  isUp: boolean;
}

export interface Real {
  world: World;
  viewers: readonly Viewer[];
}

type Command = fc.AsyncCommand<Model, Real>;

export const VIEWERS = 4;
const PROJECTS = ['red', 'blue', 'quiet'] as const;

/** Command that is always possible, unless `isPossible` says otherwise. */
function command(
  name: string,
  run: (real: Real, model: Model) => Promise<void> | void,
  isPossible: (model: Model) => boolean = () => true,
): Command {
  return {
    check: isPossible,
    async run(model, real) {
      await run(real, model);
      const violations = real.viewers.flatMap((viewer) => viewer.violations);
      if (violations.length > 0) throw new Error(violations.join('\n'));
    },
    toString: () => name,
  };
}

/** Fraction from 0 to 1. */
const part = fc.oneof(
  fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
  fc.constant(1),
);

const visit: fc.Arbitrary<Visit> = fc.record({
  project: fc.option(fc.constantFrom(...PROJECTS), { nil: undefined }),
  from: fc.constantFrom('last', 'last', 'last', 'beginning', 'now'),
  sendsEpoch: fc.boolean(),
  replay: fc.constantFrom(
    '',
    '',
    'speed=1',
    'speed=64',
    'speed=max',
    'speed=0.5&max_gap=5ms',
    'speed=8&max_gap=1s',
  ),
  end: fc.option(part, { nil: undefined }),
});

/** Command of a single viewer. */
const ofViewer = <T>(what: string, arbitrary: fc.Arbitrary<T>, run: (viewer: Viewer, value: T) => void) =>
  fc
    .tuple(fc.nat(VIEWERS - 1), arbitrary)
    .map(([index, value]) =>
      command(`${index} ${what} ${fc.stringify(value)}`, ({ viewers }) =>
        run(viewers[index] as Viewer, value),
      ),
    );
const nothing = fc.constant(undefined);
const speed = fc.constantFrom(0.5, 1, 8, 64, 'max' as const);

const arbitraries: readonly [weight: number, fc.Arbitrary<Command>][] = [
  [6, ofViewer('comes', visit, (viewer, value) => viewer.connect(value))],
  [2, ofViewer('leaves', nothing, (viewer) => viewer.disconnect())],
  [2, ofViewer('stops reading', nothing, (viewer) => viewer.stopReading())],
  [3, ofViewer('reads on', nothing, (viewer) => viewer.readOn())],
  [1, ofViewer('pings', nothing, (viewer) => viewer.ping())],
  [2, ofViewer('pauses', nothing, (viewer) => viewer.command({ type: 'pause' }))],
  [3, ofViewer('resumes', nothing, (viewer) => viewer.command({ type: 'resume' }))],
  [3, ofViewer('speeds', speed, (viewer, to) => viewer.command({ type: 'speed', speed: to }))],
  [4, ofViewer('seeks', fc.record({ to: part, less: fc.nat(2) }), (viewer, to) => viewer.seek(to))],
  [1, ofViewer('seeks too far', nothing, (viewer) => viewer.command({ type: 'seek', position: 1e9 }, true))],
  [
    8,
    fc
      .tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom(...PROJECTS.slice(0, 2), null))
      .map(([count, project]) =>
        command(`${count} events of ${project}`, ({ world }) => world.append(count, project)),
      ),
  ],
  [8, fc.nat(100).map((time) => command(`${time} ms pass`, () => sleep(time)))],
  [
    1,
    fc.constant(
      command(
        'the server is killed',
        async ({ world }, model) => {
          model.isUp = false;
          await world.killServer();
        },
        ({ isUp }) => isUp,
      ),
    ),
  ],
  [
    8,
    fc.constant(
      command(
        'the server starts',
        async ({ world }, model) => {
          model.isUp = true;
          await world.startServer();
        },
        ({ isUp }) => !isUp,
      ),
    ),
  ],
  [1, fc.constant(command('the log has a new epoch', ({ world }) => world.renewEpoch()))],
];

/** Random sequences of commands, with each kind as often as its weight says. */
export const commandSequences = fc.commands(
  arbitraries.flatMap(([weight, arbitrary]) => Array.from({ length: weight }, () => arbitrary)),
  { maxCommands: 120, size: 'max' },
);
