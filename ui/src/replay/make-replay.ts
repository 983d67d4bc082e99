/** Replay: its state machine on a `SocketShell`, with reads over REST, the clock and chance. */
import { isPassing } from '../api/errors';
import type { KeyRefusal } from '../socket/close-verdict';
import { makeSocketShell, type SocketQuery } from '../socket/make-socket-shell';
import type {
  Pace,
  PositionRange,
  ReplayEffect,
  ReplayInput,
  ReplayQuery,
  ReplayState,
  ReplayStep,
  Shown,
  Target,
} from './replay-state';
import { begin, step } from './replay-step';

export interface ReplayOptions {
  apiKey: string;
  /** `ws:` or `wss:`, with the host and the base path. */
  origin: string;
  positions: PositionRange;
  pace: Pace;
  target: Target;
  playing: boolean;
  load(target: Target, signal: AbortSignal): Promise<Shown>;
  onState(state: ReplayState): void;
  onKeyRefused(refusal: KeyRefusal): void;
  /** The log is another one. */
  onReset(): void;
}

export interface Replay {
  play(): void;
  pause(): void;
  seek(target: Target): void;
  setPace(pace: Pace): void;
  skip(position: number): void;
  retry(): void;
  stop(): void;
}

export function makeReplay(options: ReplayOptions): Replay {
  let loading: AbortController | undefined;
  let stopped = false;
  let state: ReplayState | undefined;

  const shell = makeSocketShell({
    apiKey: options.apiKey,
    origin: options.origin,
    delivery: 'painted',
    onFrames: (frames) => send({ type: 'frames', frames, now: performance.now() }),
    onClosed: (code) => send({ type: 'closed', code, now: performance.now(), random: Math.random() }),
    onWaited: () => send({ type: 'retry', now: performance.now() }),
    onTick: () => send({ type: 'tick', now: performance.now(), random: Math.random() }),
  });

  function send(input: ReplayInput): void {
    if (!stopped && state !== undefined) follow(step(state, input));
  }

  function follow(next: ReplayStep): void {
    const isNew = next.state !== state;
    state = next.state;
    for (const effect of next.effects) carryOut(effect);
    if (isNew) options.onState(next.state);
  }

  function carryOut(effect: ReplayEffect): void {
    switch (effect.type) {
      case 'load':
        void load(effect.requestId, effect.target);
        break;
      case 'connect':
        shell.connect(parametersOf(effect.query));
        break;
      case 'send':
        shell.send(effect.message);
        break;
      case 'disconnect':
        shell.disconnect();
        break;
      case 'wait':
        shell.wait(effect.ms);
        break;
      case 'key_refused':
        options.onKeyRefused(effect.refusal);
        break;
      case 'reset':
        options.onReset();
        break;
    }
  }

  async function load(requestId: number, target: Target): Promise<void> {
    loading?.abort();
    const controller = new AbortController();
    loading = controller;
    try {
      const shown = await options.load(target, controller.signal);
      send({ type: 'loaded', requestId, shown, now: performance.now() });
    } catch (error) {
      if (controller.signal.aborted) return;
      const passing = isPassing(error);
      send({ type: 'load_failed', requestId, error, passing, now: performance.now(), random: Math.random() });
    }
  }

  shell.startTicking();
  follow(begin(options.positions, options.pace, options.target, options.playing));

  return {
    play: () => send({ type: 'play', now: performance.now() }),
    pause: () => send({ type: 'pause', now: performance.now() }),
    seek: (target) => send({ type: 'seek', target, now: performance.now() }),
    setPace: (pace) => send({ type: 'pace', pace, now: performance.now() }),
    skip: (position) => send({ type: 'skip', position, now: performance.now() }),
    retry: () => send({ type: 'retry', now: performance.now() }),
    stop() {
      stopped = true;
      loading?.abort();
      shell.stop();
    },
  };
}

function parametersOf({ project, after, until, pace, epoch }: ReplayQuery): SocketQuery {
  const max_gap = pace.maxGap === undefined ? undefined : `${pace.maxGap}ms`;
  return { after, until, speed: pace.speed, project, max_gap, epoch };
}
