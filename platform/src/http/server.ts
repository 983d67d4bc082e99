/** The one `http.Server` of a process: requests in one plain piece, the rest of the hot path, and Express for all others. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '../logging/index.js';
import { hostCheck } from './allowed-hosts.js';
import { withoutBase } from './base-path.js';
import type { WholeHandler } from './connections/connection.js';
import {
  type ConnectionTimeouts,
  type OpenConnections,
  openConnections,
} from './connections/open-connections.js';
import { OriginPolicy } from './cross-origin.js';

/**
 * An Express route that validates and does nothing answers 4,700 requests/s where node:http answers
 * 25,000: so what agents post does not pass through it.
 */
export interface HotRoutes {
  prefix: string;
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Handlers, by path, of POSTs that are answered without node:http when they come in one piece. */
  whole: ReadonlyMap<string, WholeHandler>;
}

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface HttpServerOptions {
  hotRoutes: readonly HotRoutes[];
  upgrades: ReadonlyMap<string, UpgradeHandler>;
  app(request: IncomingMessage, response: ServerResponse): void;
  log: Logger;
  /** Says which service of another process answers a path; undefined: none does. */
  elsewhere?: (path: string) => string | undefined;
  reach?: Partial<Reach>;
  /** Bounds that tests make smaller. */
  maxConnections?: number;
  timeouts?: Partial<ConnectionTimeouts>;
}

/** Names and path under which the server is reached, and the other origins whose pages may ask it. */
export interface Reach {
  /** Path without a slash at its end; empty: none. */
  basePath: string;
  /** Beside this machine's names to itself; undefined: any host is answered. */
  allowedHosts: readonly string[] | undefined;
  corsOrigins: readonly string[];
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
  const { basePath = '', allowedHosts, corsOrigins = [] } = options.reach ?? {};
  const origins = new OriginPolicy({ corsOrigins, allowedHosts: allowedHosts ?? [] });
  const server = createServer(SERVER_OPTIONS, (request, response) => {
    response.once('close', () => connections.of(request.socket)?.answered());
    const url = withoutBase(request.url ?? '/', basePath);
    request.url = url;
    if (origins.answers(request, response, log)) return;
    for (const hot of hotRoutes) if (url.startsWith(hot.prefix)) return hot.handle(request, response);
    app(request, response);
  });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex) => {
    const connection = connections.of(stream);
    if (connection === undefined) return void stream.destroy();
    request.url = withoutBase(request.url ?? '/', basePath);
    const path = request.url.split('?', 1)[0] as string;
    const handler = upgrades.get(path);
    if (handler === undefined) {
      const elsewhere = options.elsewhere?.(path);
      if (elsewhere !== undefined) return connection.refuse({ code: 'wrong_service', detail: elsewhere });
      return connection.refuse({ code: 'not_found', detail: `No socket is opened at ${path}.` });
    }
    const objection = origins.objection(request);
    if (objection !== undefined) return connection.refuse({ code: 'origin_not_allowed', detail: objection });
    const { socket, head } = connection.release();
    socket.on('error', () => socket.destroy());
    handler(request, socket, head);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, stream: Duplex) => {
    const connection = connections.of(stream);
    if (error.code === 'ECONNRESET' || connection === undefined) return void stream.destroy();
    const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    connection.refuse({
      code: isLate ? 'request_timeout' : 'malformed_request',
      detail: isLate ? 'The request took longer than a minute.' : 'This is not a valid HTTP request.',
    });
  });
  const connections = openConnections(server, {
    ...options,
    wholeHandlers: wholeHandlers(hotRoutes, basePath),
    acceptsHost: hostCheck(allowedHosts),
    onRefused: ({ code }) => log.debug({ code }, 'a request was refused before it was read'),
  });
  return {
    server,
    listen: (port, host) => listen(server, port, host),
    close: () => close(server, connections),
  };
}

const SERVER_OPTIONS = {
  keepAliveTimeout: 65_000,
  headersTimeout: 15_000,
  // The whole of a request; read-body.ts gives up a stalled body long before.
  requestTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
  // Larger than what request-head.ts lets through, which has an answer for what is too large.
  maxHeaderSize: 64 * 1024,
  noDelay: true,
};

function wholeHandlers(hotRoutes: readonly HotRoutes[], basePath: string): Map<string, WholeHandler> {
  const handlers = new Map(hotRoutes.flatMap((hot) => [...hot.whole]));
  for (const [path, handler] of [...handlers]) handlers.set(basePath + path, handler);
  return handlers;
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

function close(server: Server, connections: OpenConnections): Promise<void> {
  connections.close();
  return new Promise((resolve) => {
    const force = setTimeout(() => {
      connections.closeAll();
      server.closeAllConnections();
    }, HTTP_CLOSE_TIMEOUT);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
  });
}
