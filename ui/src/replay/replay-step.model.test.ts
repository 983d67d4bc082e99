/** Property of the replay's machine: whatever a viewer does, and whatever is in flight, it shows the log as it was. */
import type { TaskEvent } from '@att/contracts';
import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainShown, plainWorld, type Report, replayLog } from '../testing/replay-log';
import { ReplayServer } from '../testing/replay-server';
import {
  atEnd,
  type PositionRange,
  type ReplayEffect,
  type ReplayInput,
  type ReplayState,
  type ReplayStep,
  type Shown,
  type Target,
} from './replay-state';
import { begin, step } from './replay-step';
import { isOfScope, type Scope } from './scope';

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
const action = fc.oneof(
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
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

/** Viewer: the machine and a server, with the messages under way between them. */
class Viewer {
  state: ReplayState;
  #server: ReplayServer | undefined;
  #loads: Extract<ReplayEffect, { type: 'load' }>[] = [];
  #now = 0;

  constructor(
    private readonly log: readonly TaskEvent[],
    private readonly scope: Scope,
    private readonly positions: PositionRange,
  ) {
    const first = begin(positions, { speed: 8, maxGap: 2_000 }, { position: positions.after }, true);
    this.state = first.state;
    this.#carryOut(first);
  }

  run(action: Action): void {
    this.#now += 400;
    const now = this.#now;
    switch (action.do) {
      case 'play':
      case 'pause':
      case 'retry':
        this.#input({ type: action.do, now });
        break;
      case 'seek':
        this.#input({ type: 'seek', target: this.#target(action.to, action.byTime), now });
        break;
      case 'speed':
        this.#input({ type: 'pace', pace: { ...this.state.pace, speed: action.speed }, now });
        break;
      case 'gap':
        this.#input({ type: 'pace', pace: { ...this.state.pace, maxGap: undefined }, now });
        break;
      case 'tick':
        this.#input({ type: 'tick', now, random: 0 });
        break;
      case 'skip':
        this.#input({ type: 'skip', position: this.#nextOfScope() - 1, now });
        break;
      case 'load':
        this.#load(action.partly);
        break;
      case 'fail': {
        const load = this.#loads.shift();
        if (load === undefined) return;
        this.#input({
          type: 'load_failed',
          requestId: load.requestId,
          error: 'away',
          passing: true,
          now,
          random: 0,
        });
        break;
      }
      case 'send':
        this.#server?.send();
        break;
      case 'carry_out':
        this.#server?.carryOut();
        break;
      case 'beat':
        this.#server?.beat();
        break;
      case 'lose':
        if (this.#server === undefined) return;
        this.#server = undefined;
        this.#input({ type: 'closed', code: 1006, now, random: 0 });
        break;
      case 'read':
        this.#read(action.most);
        break;
    }
  }

  #nextOfScope(): number {
    const from = this.state.shown?.position ?? 0;
    const next = this.log.find((event) => event.position > from && isOfScope(this.scope, event));
    return next?.position ?? this.positions.until + 1;
  }

  #target(to: number, byTime: boolean): Target {
    const { after, until } = this.positions;
    const position = Math.round(after + to * (until - after));
    return byTime ? { time: plainShown(this.log, this.scope, after, position).time } : { position };
  }

  #load(partly: boolean): void {
    const load = this.#loads.shift();
    if (load === undefined) return;
    const { target, requestId } = load;
    const found =
      'position' in target
        ? target.position
        : (this.log.findLast((event) => event.recorded_at <= target.time)?.position ?? 0);
    const position = Math.min(this.positions.until, Math.max(this.positions.after, found));
    const shown = plainShown(this.log, this.scope, this.positions.after, position);
    // A single task is always in memory.
    if (partly && this.scope.taskId === undefined) {
      shown.world = { ...shown.world, whole: false, tasks: new Map([...shown.world.tasks].slice(0, 1)) };
    }
    this.#input({ type: 'loaded', requestId, shown, now: this.#now });
  }

  #read(most: number): void {
    const server = this.#server;
    if (server === undefined) return;
    const { frames, closed } = server.read(most);
    if (frames.length > 0) this.#input({ type: 'frames', frames, now: this.#now });
    if (closed === undefined || this.#server !== server) return;
    this.#server = undefined;
    this.#input({ type: 'closed', code: closed, now: this.#now, random: 0 });
  }

  #input(input: ReplayInput): void {
    const before = this.state;
    const done = step(before, input);
    this.state = done.state;
    this.#check(before, input);
    this.#carryOut(done);
  }

  #carryOut({ effects }: ReplayStep): void {
    for (const effect of effects) {
      if (effect.type === 'load') this.#loads.push(effect);
      else if (effect.type === 'connect') {
        expect(effect.query.after).toBe(this.state.shown?.position);
        this.#server = new ReplayServer(this.log, effect.query);
      } else if (effect.type === 'disconnect') this.#server = undefined;
      else if (effect.type === 'send') {
        expect(this.#server).toBeDefined();
        this.#server?.receive(effect.message);
      } else expect(effect.type).toBe('wait');
    }
  }

  #check(before: ReplayState, input: ReplayInput): void {
    const { shown } = this.state;
    if (shown === undefined) return;
    expect(shown.position).toBeGreaterThanOrEqual(this.positions.after);
    expect(shown.position).toBeLessThanOrEqual(this.positions.until);
    if (input.type !== 'loaded') expect(shown.position).toBeGreaterThanOrEqual(before.shown?.position ?? 0);
    if (!before.playing && input.type === 'frames') expect(shown).toBe(before.shown);
    this.#checkWorld(shown);
  }

  #checkWorld({ position, world }: Shown): void {
    const plain = plainWorld(this.log, this.scope, this.positions.after, position);
    // An event of a frame has only the known fields of its payload.
    expect(world.recent.map(positionOf)).toEqual(plain.recent.map(positionOf));
    expect(world.seen).toBe(plain.seen);
    if (world.inexactAt > 0) return;
    expect(world.counts).toEqual(plain.counts);
    for (const [key, task] of world.tasks) expect(task).toEqual(plain.tasks.get(key));
    if (world.whole) expect(world.tasks.size).toBe(plain.tasks.size);
  }
}

const positionOf = (event: TaskEvent) => event.position;

/** Lets a replay play on: it ends at the end with an exact world, whatever state it was left in. */
function playToTheEnd(viewer: Viewer): void {
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
        const viewer = new Viewer(log, scope, { project: scope.project, after, until });
        for (const action of actions) viewer.run(action);
        playToTheEnd(viewer);
      },
    ),
    { seed: printedSeed('replay at random'), numRuns: 200 },
  );
}, 60_000);
