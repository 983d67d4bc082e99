/** Viewer of a replay for property tests: it carries out actions and checks each invariant at each step. */
import type { TaskEvent } from '@att/contracts';
import { expect } from 'vitest';
import type {
  Pace,
  PositionRange,
  ReplayEffect,
  ReplayInput,
  ReplayState,
  ReplayStep,
  Shown,
  Target,
} from '../replay/replay-state';
import { begin, step } from '../replay/replay-step';
import { isOfScope, type Scope } from '../replay/scope';
import { plainShown, plainWorld } from './replay-log';
import { ReplayServer } from './replay-server';

export type Action =
  | { do: 'play' | 'pause' | 'skip' | 'gap' | 'retry' | 'tick' }
  /** The server sends an event, carries a command out, or sends its position. */
  | { do: 'send' | 'carry_out' | 'beat' }
  | { do: 'read'; most: number }
  | { do: 'load'; partly: boolean }
  /** The socket is lost, or a load fails. */
  | { do: 'lose' | 'fail' }
  | { do: 'seek'; to: number; byTime: boolean }
  | { do: 'speed'; speed: Pace['speed'] };

/** Viewer: the machine and a server, with the messages under way between them. */
export class ReplayViewer {
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
