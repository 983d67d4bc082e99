/** The shell of the replay's state machine: WebSocket, REST, timers, clock and chance. */
import { type ServerFrame, SOCKET_PATH, serverFrame } from '@att/contracts';
import { isPassing } from '../api/errors';
import { makeBatch } from '../live/make-batch';
import type { KeyRefusal } from '../live/socket-state';
import { begin, step } from './replay-state';
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
} from './replay-types';

const TICK_MS = 1_000;

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

function replayUrl(
  origin: string,
  apiKey: string,
  { project, after, until, pace, epoch }: ReplayQuery,
): string {
  const query = new URLSearchParams({
    api_key: apiKey,
    after: `${after}`,
    until: `${until}`,
    speed: `${pace.speed}`,
  });
  if (project !== undefined) query.set('project', project);
  if (pace.maxGap !== undefined) query.set('max_gap', `${pace.maxGap}ms`);
  if (epoch !== undefined) query.set('epoch', epoch);
  return `${origin}${SOCKET_PATH}?${query}`;
}

/** What came of a socket: its end as well, so that it stays behind the frames before it. */
type Heard = { of: WebSocket } & ({ frame: ServerFrame } | { code: number });

export function makeReplay(options: ReplayOptions): Replay {
  const batch = makeBatch<Heard>(handOver);
  let socket: WebSocket | undefined;
  let loading: AbortController | undefined;
  let waiting = 0;
  let stopped = false;
  let state: ReplayState | undefined;

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
        open(effect.query);
        break;
      case 'send':
        socket?.send(JSON.stringify(effect.message));
        break;
      case 'disconnect':
        leave();
        break;
      case 'wait':
        window.clearTimeout(waiting);
        waiting = window.setTimeout(() => send({ type: 'retry', now: performance.now() }), effect.ms);
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

  function open(query: ReplayQuery): void {
    leave();
    const opened = new WebSocket(replayUrl(options.origin, options.apiKey, query));
    socket = opened;
    opened.onmessage = ({ data }) => {
      const frame = frameOfText(data);
      if (frame !== undefined) batch.add({ of: opened, frame });
    };
    opened.onclose = ({ code }) => batch.add({ of: opened, code });
  }

  /** A socket that was left may still report: only the present one counts. */
  function handOver(heard: readonly Heard[]): void {
    const present = heard.filter((item) => item.of === socket);
    const frames = present.flatMap((item) => ('frame' in item ? [item.frame] : []));
    if (frames.length > 0) send({ type: 'frames', frames, now: performance.now() });
    const end = present.find((item) => 'code' in item && item.of === socket);
    if (end === undefined || !('code' in end)) return;
    socket = undefined;
    send({ type: 'closed', code: end.code, now: performance.now(), random: Math.random() });
  }

  function leave(): void {
    const left = socket;
    socket = undefined;
    batch.clear();
    left?.close();
  }

  const ticking = window.setInterval(
    () => send({ type: 'tick', now: performance.now(), random: Math.random() }),
    TICK_MS,
  );
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
      window.clearInterval(ticking);
      window.clearTimeout(waiting);
      loading?.abort();
      leave();
      batch.dispose();
    },
  };
}

/** Undefined for a frame of a type that this version does not know. */
function frameOfText(text: unknown): ServerFrame | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return serverFrame.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
