/** The shell of the socket's state machine: WebSocket, timers, clock, chance, and the browser's signals. */
import { type ServerFrame, SOCKET_PATH, serverFrame } from '@att/contracts';
import { isOnline, watchPage } from './page-signals';
import { type Cursor, INITIAL, type SocketEffect, type SocketInput, type SocketState } from './socket-state';
import { step } from './socket-step';

const TICK_MS = 1_000;
const PING = JSON.stringify({ type: 'ping' });

export interface SocketOptions {
  apiKey: string;
  /** `ws:` or `wss:`, with the host and the base path. */
  origin: string;
  onState(state: SocketState): void;
  /** The server's time as a frame tells it, with the monotonic time of the question that it answers. */
  onServerTime(timestamp: string, requestedAt: number | undefined): void;
  onEffect(effect: Extract<SocketEffect, { type: 'deliver' | 'began' | 'reset' | 'key_refused' }>): void;
}

export interface Socket {
  start(after: number | undefined): void;
  stop(): void;
  /** Do not wait any longer for the next try. */
  retry(): void;
}

/** The address to resume from `cursor`. */
function socketUrl(origin: string, apiKey: string, cursor: Cursor): string {
  const query = new URLSearchParams({ api_key: apiKey });
  if (cursor.after !== undefined) query.set('after', String(cursor.after));
  if (cursor.epoch !== undefined) query.set('epoch', cursor.epoch);
  return `${origin}${SOCKET_PATH}?${query}`;
}

export function makeSocket(options: SocketOptions): Socket {
  let state = INITIAL;
  let socket: WebSocket | undefined;
  let waiting: number | undefined;
  let asking: number | undefined;
  let ticking: number | undefined;
  let unwatch: (() => void) | undefined;
  /** Monotonic times of what the server has not answered yet: the opening by its hello, the first ping by its pong. */
  let openedAt: number | undefined;
  let pingedAt: number | undefined;

  function send(input: SocketInput): void {
    const before = state;
    const next = step(state, input);
    state = next.state;
    for (const effect of next.effects) carryOut(effect);
    if (state !== before) options.onState(state);
  }

  function carryOut(effect: SocketEffect): void {
    switch (effect.type) {
      case 'connect':
        open(effect.cursor);
        return;
      case 'disconnect':
        leave();
        return;
      case 'wait':
        waiting = window.setTimeout(() => send({ type: 'waited', now: Date.now() }), effect.ms);
        return;
      case 'ping':
        ask(effect.ms);
        return;
      default:
        options.onEffect(effect);
    }
  }

  function open(cursor: Cursor): void {
    window.clearTimeout(waiting);
    leave();
    openedAt = performance.now();
    pingedAt = undefined;
    const opened = new WebSocket(socketUrl(options.origin, options.apiKey, cursor));
    socket = opened;
    // A socket that was left may still report: only the present one counts.
    opened.onmessage = ({ data }) => {
      if (socket !== opened) return;
      const frame = frameOfText(data);
      if (frame === undefined) return;
      noteTime(frame);
      send({ type: 'frame', frame, now: Date.now() });
    };
    opened.onclose = ({ code }) => {
      if (socket !== opened) return;
      socket = undefined;
      send({ type: 'closed', code, now: Date.now(), random: Math.random() });
    };
  }

  function leave(): void {
    const left = socket;
    socket = undefined;
    left?.close();
  }

  function ask(ms: number): void {
    // Of one that is closing already, the browser tells before the answer is due.
    if (socket?.readyState === WebSocket.OPEN) {
      pingedAt ??= performance.now();
      socket.send(PING);
    }
    window.clearTimeout(asking);
    asking = window.setTimeout(tick, ms);
  }

  /** Events tell when they were recorded, which may be long ago; every other frame when it was sent. */
  function noteTime(frame: ServerFrame): void {
    if ('data' in frame || frame.type === 'error') return;
    let requestedAt: number | undefined;
    if (frame.type === 'connection') [requestedAt, openedAt] = [openedAt, undefined];
    if (frame.type === 'pong') [requestedAt, pingedAt] = [pingedAt, undefined];
    options.onServerTime(frame.timestamp, requestedAt);
  }

  function tick(): void {
    send({ type: 'tick', now: Date.now(), random: Math.random() });
  }

  return {
    start(after) {
      ticking ??= window.setInterval(tick, TICK_MS);
      unwatch ??= watchPage((signal) => send({ type: signal, now: Date.now() }));
      send({ type: 'start', after, online: isOnline(), now: Date.now() });
    },
    stop() {
      unwatch?.();
      window.clearInterval(ticking);
      window.clearTimeout(waiting);
      window.clearTimeout(asking);
      send({ type: 'stop' });
    },
    retry() {
      send({ type: 'retry', now: Date.now() });
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
