/**
 * Connections on which whole requests come, one chunk each, are read and answered here, past node:http's parser and streams:
 * of the 40 µs that a webhook took of the process's main thread those were 10. The first chunk that is anything else hands
 * its connection over to node:http, for good.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { answerText, type WholeAnswer } from './whole-answer.js';
import { readWhole, type WholeRequest } from './whole-request.js';

/** Answers by calling `answer` once, now or later; never throws. */
export type WholeHandler = (request: WholeRequest, answer: (answer: WholeAnswer) => void) => void;

export interface DirectLane {
  /** Ends the connections that wait for a request, and the others with their answer. */
  close(): void;
  /** Ends all of them at once. */
  closeAll(): void;
}

/** Milliseconds between two looks for connections that are idle. */
const SWEEP_INTERVAL = 5_000;

interface Connection {
  readonly socket: Socket;
  /** A request was read and is not answered yet. */
  busy: boolean;
  /** What came meanwhile. */
  waiting: Buffer | undefined;
  /** The sender will send nothing more. */
  ended: boolean;
  /** Of the last answer, on the clock of `performance.now()`; undefined before the first request. */
  answeredAt: number | undefined;
  /** Stops listening. */
  leave(): void;
}

/** Puts the lane in front of a server's own parser. */
export function openDirectLane(server: Server, handlers: ReadonlyMap<string, WholeHandler>): DirectLane {
  const connections = new Set<Connection>();
  const takes = (path: string) => handlers.has(path);
  let closing = false;

  const parse = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', open);
  const sweep = setInterval(endIdle, SWEEP_INTERVAL).unref();

  function open(socket: Socket): void {
    const connection: Connection = {
      socket,
      busy: false,
      waiting: undefined,
      ended: false,
      answeredAt: undefined,
      leave() {
        connections.delete(connection);
        socket.off('data', onData).off('end', onEnd).off('error', onError).off('close', connection.leave);
      },
    };
    const onData = (chunk: Buffer) => take(connection, chunk);
    const onEnd = () => {
      connection.ended = true;
      if (!connection.busy) socket.end();
    };
    const onError = () => socket.destroy();
    socket.on('data', onData).on('end', onEnd).on('error', onError).on('close', connection.leave);
    connections.add(connection);
  }

  function take(connection: Connection, chunk: Buffer): void {
    if (connection.busy) {
      connection.waiting =
        connection.waiting === undefined ? chunk : Buffer.concat([connection.waiting, chunk]);
      connection.socket.pause();
      return;
    }
    const request = readWhole(chunk, takes);
    if (request === undefined) {
      handOver(connection, chunk);
      return;
    }
    connection.busy = true;
    const handle = handlers.get(request.path) as WholeHandler;
    handle(request, (answer) => finish(connection, answer));
  }

  function finish(connection: Connection, answer: WholeAnswer): void {
    const { socket, waiting } = connection;
    connection.busy = false;
    connection.answeredAt = performance.now();
    if (!socket.writable) return;
    // What came behind the last request of a sender that has ended is not read; node:http would not answer even the first.
    const isLast = connection.ended || closing;
    const text = answerText(answer, isLast ? undefined : server.keepAliveTimeout / 1000);
    // As UTF-8 a text is measured once more before it is written.
    const encoding = Buffer.byteLength(text) === text.length ? 'latin1' : 'utf8';
    const isTaken = socket.write(text, encoding);
    // Not `end`, which waits for the other side to close, too: a pool of connections may not look at them for minutes.
    if (isLast) socket.destroySoon();
    if (isLast || (waiting === undefined && isTaken)) return;
    connection.waiting = undefined;
    // Who does not read its answers is heard again when it has.
    if (isTaken) goOn();
    else socket.pause().once('drain', goOn);

    function goOn(): void {
      socket.resume();
      if (waiting !== undefined && !connection.ended) take(connection, waiting);
    }
  }

  function handOver({ socket, leave }: Connection, chunk: Buffer | undefined): void {
    leave();
    socket.pause();
    if (chunk !== undefined) socket.unshift(chunk);
    for (const listener of parse) listener.call(server, socket);
    socket.resume();
  }

  function endIdle(): void {
    const tooOld = performance.now() - server.keepAliveTimeout;
    for (const connection of connections) {
      if (connection.busy) continue;
      // node:http has a time of its own for connections on which nothing comes at first.
      if (connection.answeredAt === undefined) handOver(connection, undefined);
      else if (connection.answeredAt < tooOld) connection.socket.destroy();
    }
  }

  return {
    close() {
      closing = true;
      clearInterval(sweep);
      for (const { socket, busy } of connections) if (!busy) socket.destroy();
    },
    closeAll() {
      for (const { socket } of connections) socket.destroy();
    },
  };
}
