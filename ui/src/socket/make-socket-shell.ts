/**
 * The shell under both state machines, live and replay: one WebSocket at a time, a retry timer, and ticks.
 *
 * A closed WebSocket may still deliver what it had received, so every frame and close is compared with the present
 * socket and dropped when it is of an earlier one. A machine therefore never mixes two sockets.
 */
import { type ReplayCommand, type ServerFrame, SOCKET_PATH, serverFrame } from '@att/contracts';
import { makeBatch } from './make-batch';

const TICK_MS = 1_000;

export interface SocketShellOptions {
  apiKey: string;
  /** `ws:` or `wss:`, with the host and the base path. */
  origin: string;
  /** `painted`: the frames of one painted frame are delivered together, and a close stays behind them. */
  delivery: 'at_once' | 'painted';
  onFrames(frames: readonly ServerFrame[]): void;
  onClosed(code: number): void;
  /** Called when the time of `wait` is over. */
  onWaited(): void;
  /** Called every second, and when the time of `tickAfter` is over. */
  onTick(): void;
}

export type ClientMessage = ReplayCommand | { type: 'ping' };

export type SocketQuery = Readonly<Record<string, string | number | undefined>>;

export interface SocketShell {
  startTicking(): void;
  /** Opens a socket in place of the present one. */
  connect(query: SocketQuery): void;
  disconnect(): void;
  /** Sends over an open socket. @returns false when there is none: the browser is about to report its close */
  send(message: ClientMessage): boolean;
  /** Starts the retry timer again; `connect` stops it. */
  wait(ms: number): void;
  tickAfter(ms: number): void;
  /** Ends the timers and the socket. */
  stop(): void;
}

/** Something that a socket reported. */
type Report = { from: WebSocket } & ({ frame: ServerFrame } | { code: number });

export function makeSocketShell(options: SocketShellOptions): SocketShell {
  const batch = options.delivery === 'painted' ? makeBatch<Report>(deliver) : undefined;
  let socket: WebSocket | undefined;
  let waiting = 0;
  let ticking = 0;
  let nextTick = 0;

  function connect(query: SocketQuery): void {
    window.clearTimeout(waiting);
    disconnect();
    const opened = new WebSocket(socketUrl(options, query));
    socket = opened;
    opened.onmessage = ({ data }) => {
      const frame = frameOfText(data);
      if (frame !== undefined) report({ from: opened, frame });
    };
    opened.onclose = ({ code }) => report({ from: opened, code });
  }

  function report(item: Report): void {
    if (batch === undefined) deliver([item]);
    else batch.add(item);
  }

  function deliver(reports: readonly Report[]): void {
    const present = reports.filter(({ from }) => from === socket);
    const frames = present.flatMap((item) => ('frame' in item ? [item.frame] : []));
    if (frames.length > 0) options.onFrames(frames);
    // The frames may have made the machine leave this socket.
    const close = present.find((item) => 'code' in item && item.from === socket);
    if (close === undefined || !('code' in close)) return;
    socket = undefined;
    options.onClosed(close.code);
  }

  function disconnect(): void {
    const left = socket;
    socket = undefined;
    batch?.clear();
    left?.close();
  }

  return {
    startTicking() {
      ticking ||= window.setInterval(options.onTick, TICK_MS);
    },
    connect,
    disconnect,
    send(message) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
    wait(ms) {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(options.onWaited, ms);
    },
    tickAfter(ms) {
      window.clearTimeout(nextTick);
      nextTick = window.setTimeout(options.onTick, ms);
    },
    stop() {
      window.clearInterval(ticking);
      window.clearTimeout(waiting);
      window.clearTimeout(nextTick);
      disconnect();
      batch?.dispose();
    },
  };
}

function socketUrl({ origin, apiKey }: SocketShellOptions, query: SocketQuery): string {
  const parameters = new URLSearchParams({ api_key: apiKey });
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return `${origin}${SOCKET_PATH}?${parameters}`;
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
