/** All connections of a server: puts them in front of node:http's parser, and ends those that nobody uses. */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Connection, type ConnectionOptions, type WholeHandler } from './connection.js';
import type { Refusal } from './refusal.js';
import type { RequestStream } from './request-stream.js';

export interface OpenConnectionsOptions {
  wholeHandlers: ReadonlyMap<string, WholeHandler>;
  acceptsHost(host: string): boolean;
  onRefused(refusal: Refusal): void;
  /** Limit of open connections; WebSockets count, too. */
  maxConnections?: number;
  timeouts?: Partial<ConnectionTimeouts>;
}

/** Milliseconds. */
export interface ConnectionTimeouts {
  /** Time for the whole head of a request, and for a first byte. */
  head: number;
  /** Time for each piece of an answer to be read. */
  unread: number;
  /** Time for the rest of a body whose request is answered. */
  late: number;
}

const TIMEOUTS: ConnectionTimeouts = { head: 15_000, unread: 30_000, late: 5_000 };
/** Milliseconds between two looks at all connections. */
const SWEEP_INTERVAL = 1_000;
/** Open files that are not connections of clients: the database's, the program's own. */
const OTHER_FILES = 256;
const FALLBACK_CONNECTIONS = 10_000;
/** Part of all connections that is ended at once where there are too many. */
const EVICTED = 0.05;

export interface OpenConnections {
  /** The connection under a request's stream. */
  of(stream: unknown): Connection | undefined;
  /** Ends the connections that wait for a request, and the others once all that they asked is answered and sent. */
  close(): void;
  /** Ends all of them at once. */
  closeAll(): void;
}

export function openConnections(server: Server, options: OpenConnectionsOptions): OpenConnections {
  const { maxConnections = connectionsLimit() } = options;
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const connections = new Set<Connection>();
  const byStream = new WeakMap<object, Connection>();
  /** Open sockets, also when a WebSocket has them now. */
  const sockets = new Set<Socket>();
  let closing = false;

  const listeners = server.listeners('connection') as ((socket: unknown) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', open);
  // Idle is to node:http, too, whose answer is written but not sent, or whose next request waits here.
  server.closeIdleConnections = close;
  const sweep = setInterval(() => {
    for (const connection of connections) endUnused(connection, timeouts, server.keepAliveTimeout);
  }, SWEEP_INTERVAL).unref();

  function open(socket: Socket): void {
    if (sockets.size >= maxConnections) {
      const ended = longestIdle(connections, maxConnections);
      for (const connection of ended) {
        sockets.delete(connection.socket);
        connection.socket.destroy();
      }
      if (ended.length === 0) return void socket.destroy();
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const connection: Connection = new Connection(socket, {
      wholeHandlers: options.wholeHandlers,
      acceptsHost: options.acceptsHost,
      onRefused: options.onRefused,
      keepAlive: server.keepAliveTimeout / 1000,
      isClosing: () => closing,
      parse(stream: RequestStream) {
        byStream.set(stream, connection);
        for (const listener of listeners) listener.call(server, stream);
      },
      onLeft: (left) => connections.delete(left),
    } satisfies ConnectionOptions);
    connections.add(connection);
  }

  function close(): void {
    closing = true;
    clearInterval(sweep);
    // `destroySoon` sends what is left of an answer, where `destroy` would throw it away.
    for (const { socket, isBusy } of connections) if (!isBusy) socket.destroySoon();
  }

  return {
    of: (stream) => byStream.get(stream as object),
    close,
    closeAll() {
      for (const { socket } of connections) socket.destroy();
    },
  };
}

function endUnused(connection: Connection, timeouts: ConnectionTimeouts, keepAlive: number): void {
  const now = performance.now();
  const isOver = (since: number | undefined, milliseconds: number) =>
    since !== undefined && now - since > milliseconds;
  if (isOver(connection.unreadSince, timeouts.unread) || isOver(connection.lateSince, timeouts.late)) {
    // Not end: what waits to be read would keep it.
    connection.socket.destroy();
  } else if (connection.isBusy) {
    return;
  } else if (isOver(connection.headSince, timeouts.head)) {
    const detail = `The head of the request did not come within ${timeouts.head / 1000} seconds.`;
    connection.refuse({ code: 'request_timeout', detail });
  } else if (isOver(connection.idleSince, connection.hasAsked ? keepAlive : timeouts.head)) {
    if (connection.headSince === undefined) connection.socket.destroy();
  }
}

/** A share of all connections, so that the next ones that come need not look again. */
function longestIdle(connections: ReadonlySet<Connection>, maxConnections: number): Connection[] {
  const idle = [...connections].filter(({ isBusy, socket }) => !isBusy && !socket.destroyed);
  idle.sort((a, b) => a.idleSince - b.idleSince);
  return idle.slice(0, Math.max(1, Math.floor(maxConnections * EVICTED)));
}

/** Number of files that the process may have open, less its own. */
function connectionsLimit(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? FALLBACK_CONNECTIONS : Math.max(64, Number(soft) - OTHER_FILES);
  } catch {
    return FALLBACK_CONNECTIONS;
  }
}
