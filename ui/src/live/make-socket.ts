/** Live socket: its state machine on a `SocketShell`, with the clock, chance and the signals of the browser. */
import type { ServerFrame } from '@att/contracts';
import { makeSocketShell } from '../socket/make-socket-shell';
import { isOnline, watchPage } from './page-signals';
import { INITIAL, type SocketEffect, type SocketInput, type SocketState } from './socket-state';
import { step } from './socket-step';

export interface SocketOptions {
  apiKey: string;
  /** `ws:` or `wss:`, with the host and the base path. */
  origin: string;
  onState(state: SocketState): void;
  /** Server time in a frame. @param requestedAt monotonic time of the question that the frame answers */
  onServerTime(timestamp: string, requestedAt: number | undefined): void;
  onEffect(effect: Extract<SocketEffect, { type: 'deliver' | 'began' | 'reset' | 'key_refused' }>): void;
}

export interface Socket {
  start(after: number | undefined): void;
  stop(): void;
  /** Begins the next try now instead of waiting for it. */
  retry(): void;
}

export function makeSocket(options: SocketOptions): Socket {
  let state = INITIAL;
  let unwatch: (() => void) | undefined;
  /** Monotonic time of the opening that no hello has answered yet. */
  let openedAt: number | undefined;
  /** Monotonic time of the first ping that no pong has answered yet. */
  let pingedAt: number | undefined;

  const shell = makeSocketShell({
    apiKey: options.apiKey,
    origin: options.origin,
    delivery: 'at_once',
    onFrames(frames) {
      for (const frame of frames) {
        noteTime(frame);
        send({ type: 'frame', frame, now: Date.now() });
      }
    },
    onClosed: (code) => send({ type: 'closed', code, now: Date.now(), random: Math.random() }),
    onWaited: () => send({ type: 'waited', now: Date.now() }),
    onTick: () => send({ type: 'tick', now: Date.now(), random: Math.random() }),
  });

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
        openedAt = performance.now();
        pingedAt = undefined;
        shell.connect({ after: effect.cursor.after, epoch: effect.cursor.epoch });
        break;
      case 'disconnect':
        shell.disconnect();
        break;
      case 'wait':
        shell.wait(effect.ms);
        break;
      case 'ping':
        ping(effect.ms);
        break;
      default:
        options.onEffect(effect);
    }
  }

  function ping(ms: number): void {
    const now = performance.now();
    if (shell.send({ type: 'ping' })) pingedAt ??= now;
    shell.tickAfter(ms);
  }

  /** Events and errors carry no time of their own sending, so they are left out. */
  function noteTime(frame: ServerFrame): void {
    if ('data' in frame || frame.type === 'error') return;
    let requestedAt: number | undefined;
    if (frame.type === 'connection') [requestedAt, openedAt] = [openedAt, undefined];
    if (frame.type === 'pong') [requestedAt, pingedAt] = [pingedAt, undefined];
    options.onServerTime(frame.timestamp, requestedAt);
  }

  return {
    start(after) {
      shell.startTicking();
      unwatch ??= watchPage((signal) => send({ type: signal, now: Date.now() }));
      send({ type: 'start', after, online: isOnline(), now: Date.now() });
    },
    stop() {
      unwatch?.();
      send({ type: 'stop' });
      shell.stop();
    },
    retry: () => send({ type: 'retry', now: Date.now() }),
  };
}
