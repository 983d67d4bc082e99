/** Property of the replay's machine: whatever a viewer does, and whatever is in flight, it shows the log as it was. */
import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Report, replayLog } from '../testing/replay-log';
import { type Action, ReplayViewer } from '../testing/replay-viewer';
import { atEnd } from './replay-state';
import type { Scope } from './scope';

const report: fc.Arbitrary<Report> = fc.tuple(
  fc.constantFrom('start', 'status', 'status', 'finish', 'error'),
  fc.constantFrom('p', 'q'),
  fc.constantFrom('a', 'b', 'c', 'd'),
);
const scope: fc.Arbitrary<Scope> = fc.constantFrom(
  { project: undefined, taskId: undefined },
  { project: 'p', taskId: undefined },
  { project: 'p', taskId: 'a' },
);
const fraction = fc.double({ min: 0, max: 1, noNaN: true });

const oneOf = <const Name extends string>(weight: number, ...names: Name[]) => ({
  weight,
  arbitrary: fc.constantFrom(...names.map((name) => ({ do: name }))),
});
/** Actions of a viewer and a server. Most play on: errors hide between a command and the frames still on their way. */
const action: fc.Arbitrary<Action> = fc.oneof(
  oneOf(20, 'send', 'send', 'carry_out'),
  oneOf(4, 'play'),
  oneOf(1, 'pause'),
  oneOf(2, 'skip'),
  oneOf(1, 'gap', 'beat', 'lose', 'retry', 'tick', 'fail'),
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('read' as const), most: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('load' as const), partly: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('seek' as const), to: fraction, byTime: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('speed' as const),
      speed: fc.constantFrom(1, 64, 'max' as const),
    }),
  },
);

/** Lets a replay play on: it ends at the end with an exact world, whatever state it was left in. */
function playToTheEnd(viewer: ReplayViewer): void {
  for (let turn = 0; turn < 2_000; turn += 1) {
    const { state } = viewer;
    const isOver = atEnd(state) && !state.playing && state.loading.name === 'idle';
    if (isOver && state.shown?.world.inexactAt === 0) return;
    if (!atEnd(state) && !state.playing) viewer.run({ do: 'play' });
    for (const name of ['retry', 'carry_out', 'send', 'tick'] as const) viewer.run({ do: name });
    viewer.run({ do: 'load', partly: false });
    viewer.run({ do: 'read', most: 3 });
  }
  expect.unreachable(`it does not come to its end: ${JSON.stringify(viewer.state, null, 2)}`);
}

it('shows the fold of the log up to the position that it shows, whatever is done to it', () => {
  fc.assert(
    fc.property(
      fc.array(report, { minLength: 1, maxLength: 40, size: 'max' }),
      scope,
      fc.tuple(fc.double({ min: 0, max: 0.4, noNaN: true }), fc.double({ min: 0.3, max: 1, noNaN: true })),
      // Lists of the default size would be too short to reach the rare states.
      fc.array(action, { maxLength: 200, size: 'max' }),
      (reports, scope, ends, actions) => {
        const log = replayLog(reports);
        const head = log.at(-1)?.position ?? 0;
        const [after = 0, until = 0] = ends.map((end) => Math.round(end * head)).sort((a, b) => a - b);
        const viewer = new ReplayViewer(log, scope, { project: scope.project, after, until });
        for (const action of actions) viewer.run(action);
        playToTheEnd(viewer);
      },
    ),
    { seed: printedSeed('replay at random'), numRuns: 200 },
  );
});
