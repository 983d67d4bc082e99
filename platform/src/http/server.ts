/** One `http.Server` a process: what comes in one plain piece, the rest of the hot path, and Express for all else. */
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { PROBLEMS, type ProblemCode, problem } from '@att/contracts';
import type { Logger } from '../logging/index.js';
import { type DirectLane, openDirectLane, type WholeHandler } from './direct-lane.js';

/**
 * An Express route that validates and does nothing answers 4,700 requests/s where node:http answers
 * 25,000: so what agents post does not pass through it.
 */
export interface HotRoutes {
  prefix: string;
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** By path: POSTs that are answered without node:http when they come in one piece. */
  whole: ReadonlyMap<string, WholeHandler>;
}

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface HttpServerOptions {
  hotRoutes: readonly HotRoutes[];
  upgrades: ReadonlyMap<string, UpgradeHandler>;
  app(request: IncomingMessage, response: ServerResponse): void;
  log: Logger;
}

export interface HttpServer {
  server: Server;
  listen(port: number, host: string): Promise<AddressInfo>;
  /** Takes no new connections, lets requests under way finish, then resolves. */
  close(): Promise<void>;
}

export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  readonly code = 'port_taken';
}

/** Milliseconds that requests under way have to finish at the end. */
export const HTTP_CLOSE_TIMEOUT = 10_000;

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { hotRoutes, upgrades, app, log } = options;
  const server = createServer(
    {
      keepAliveTimeout: 65_000,
      headersTimeout: 15_000,
      // The whole of a request; read-body.ts gives up a stalled body long before.
      requestTimeout: 60_000,
      connectionsCheckingInterval: 5_000,
      noDelay: true,
    },
    (request, response) => {
      const url = originForm(request);
      for (const hot of hotRoutes) if (url.startsWith(hot.prefix)) return hot.handle(request, response);
      app(request, response);
    },
  );
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!opensWebSocket(request)) return passOver(server, request, socket, head);
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '/').split('?', 1)[0] as string;
    const handler = upgrades.get(path);
    if (handler === undefined) return refuse(socket, 'not_found', `No socket is opened at ${path}.`);
    handler(request, socket, head);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    log.debug({ reason: error.code }, 'malformed request');
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const code = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request_timeout' : 'malformed_request';
    const detail = CLIENT_ERROR_DETAILS[error.code ?? ''] ?? 'This is not a valid HTTP request.';
    afterAnswers(socket, () => refuse(socket, code, detail));
  });
  const lane = openDirectLane(server, new Map(hotRoutes.flatMap((hot) => [...hot.whole])));
  return {
    server,
    listen: (port, host) => listen(server, port, host),
    close: () => close(server, lane),
  };
}

/** A target with scheme and host (RFC 9112, 3.2.2) is brought to the form that routes are compared with. */
function originForm(request: IncomingMessage): string {
  const url = request.url ?? '/';
  if (url.startsWith('/')) return url;
  request.url = url.replace(/^https?:\/\/[^/?#]*(?=\/)/i, '');
  return request.url;
}

/**
 * Requests that came whole before what is malformed are answered first: what is said now would be taken for
 * the answer of one of them, and a stored event would pass for a malformed one.
 */
function afterAnswers(socket: Duplex, then: () => void): void {
  // Node's own name for the response under way; it has no public one.
  const { _httpMessage: response } = socket as { _httpMessage?: ServerResponse | null };
  if (response?.req.complete !== true) then();
  // Node makes the next one the response under way once this one has ended.
  else response.once('close', () => setImmediate(afterAnswers, socket, then));
}

/** RFC 6455: a socket is opened by a GET. */
const opensWebSocket = ({ method, headers }: IncomingMessage) =>
  method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';

/**
 * A sender may be offering HTTP/2 with an ordinary request, as `curl --http2` and Java's client do, and
 * RFC 9110 lets a server pass over the offer. Node, with a listener for upgrades, hands every such
 * request to it: so the request goes back to the parser without the offer.
 */
function passOver(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== 'upgrade') text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  }
  socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

const CLIENT_ERROR_DETAILS: Record<string, string> = {
  HPE_HEADER_OVERFLOW: 'The headers may have at most 16 KiB.',
  ERR_HTTP_REQUEST_TIMEOUT: 'The request took longer than a minute.',
};

/** Answers on a bare socket, where there is no response object, and closes it. */
function refuse(socket: Duplex, code: ProblemCode, detail: string): void {
  const { status } = PROBLEMS[code];
  const body = JSON.stringify(problem(code, detail, ''));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n` +
      `Content-Type: application/problem+json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return reject(error);
      const why = error.code === 'EACCES' ? 'may not be taken by this user' : 'is already in use';
      reject(new PortTakenError(`port ${port} on ${host} ${why}: set PORT to another, or end what uses it`));
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

function close(server: Server, lane: DirectLane): Promise<void> {
  lane.close();
  return new Promise((resolve) => {
    const force = setTimeout(() => {
      lane.closeAll();
      server.closeAllConnections();
    }, HTTP_CLOSE_TIMEOUT);
    // A connection that was busy when the server closed becomes idle, not closed, after its answer.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(force);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}
