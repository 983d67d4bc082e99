/** Each pair of state and input of the snapshot's machine: a pair that is forgotten does not compile. */
import { describe, expect, it } from 'vitest';
import { ServerUnreachable } from '../api/errors';
import { changesOf } from '../testing/changes';
import { GATHER_MS, initialSnapshot, type SnapshotInput, type SnapshotState } from './snapshot-state';
import { makeSnapshotStep } from './snapshot-step';

/** Data is the list of positions folded in; positions that end in 5 make it inexact. */
const step = makeSnapshotStep<number[]>((data, changes) => ({
  data: [...data, ...changes.map(({ position }) => position)],
  inexactAt: changes.findLast(({ position }) => position % 10 === 5)?.position ?? 0,
}));

type State = SnapshotState<number[]>;
type Input = SnapshotInput<number[]>;

const common = { ...initialSnapshot<number[]>(), data: [10], position: 10 };
const STATES: { [N in State['name']]: State } = {
  idle: common,
  scheduled: { ...common, name: 'scheduled', inexactAt: 9 },
  loading: { ...common, name: 'loading', since: 0 },
};

const now = { now: 0, floor: 3 };
const missed = changesOf([[21, 'status']]);
const INPUTS: { [T in Input['type']]: Input } = {
  load: { type: 'load', ...now },
  loaded: { type: 'loaded', loaded: { data: [20], position: 20 }, missed, ...now },
  load_failed: { type: 'load_failed', error: new ServerUnreachable(undefined), random: 0.5 },
  changes: { type: 'changes', changes: changesOf([[15, 'status']]), now: 0 },
  reset: { type: 'reset', ...now },
  connected: { type: 'connected', ...now },
  update: { type: 'update', update: (data) => [...data, 0] },
};

const EXPECTED: Record<State['name'], Record<Input['type'], [State['name'], ...string[]]>> = {
  idle: {
    load: ['loading', 'load 3'],
    loaded: ['idle'],
    load_failed: ['idle'],
    changes: ['scheduled', `schedule ${GATHER_MS}`, 'show 10,15'],
    reset: ['loading', 'load 3'],
    connected: ['idle'],
    update: ['idle', 'show 10,0'],
  },
  scheduled: {
    load: ['loading', 'load 9'],
    loaded: ['scheduled'],
    load_failed: ['scheduled'],
    changes: ['scheduled', 'show 10,15'],
    reset: ['loading', 'load 3'],
    connected: ['scheduled'],
    update: ['scheduled', 'show 10,0'],
  },
  loading: {
    load: ['loading', 'load 3'],
    loaded: ['idle', 'learn 20,21', 'show 20,21'],
    load_failed: ['scheduled', 'schedule 500', 'report'],
    changes: ['loading', 'show 10,15'],
    reset: ['loading', 'load 3'],
    connected: ['loading'],
    update: ['loading', 'show 10,0'],
  },
};

function brief(effect: ReturnType<typeof step>['effects'][number]): string {
  switch (effect.type) {
    case 'load':
      return `load ${effect.minPosition ?? '-'}`;
    case 'schedule':
      return `schedule ${effect.ms}`;
    case 'show':
    case 'learn':
      return `${effect.type} ${effect.data}`;
    case 'report':
      return 'report';
  }
}

describe.each(Object.entries(EXPECTED))('a snapshot that is %s', (name, row) => {
  it.each(Object.entries(row))('takes %s', (type, [next, ...effects]) => {
    const taken = step(STATES[name as State['name']], INPUTS[type as Input['type']]);
    expect([taken.state.name, ...taken.effects.map(brief)]).toEqual([next, ...effects]);
  });
});

it('takes nothing of changes to the log before a reset', () => {
  const { state, effects } = step({ ...common, stale: true }, INPUTS.changes);
  expect([state.data, effects]).toEqual([[10], []]);
});

it('reads again at once when the server is there again after a failure', () => {
  const failed = step(STATES.loading, INPUTS.load_failed).state;
  expect(step(failed, INPUTS.connected).effects.map(brief)).toEqual(['load 3']);
});
