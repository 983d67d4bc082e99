import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { MAX_MESSAGE_BYTES, type SocketParameters } from '@att/contracts';
import type { Authenticator } from '@att/platform/auth';
import { ProblemError, refusalText, type UpgradeHandler } from '@att/platform/http';
import type { Logger } from '@att/platform/logging';
import type { RateLimiter } from '@att/platform/rate-limit';
import { type ServerOptions, WebSocketServer } from 'ws';
import { authorize } from './authorize.js';
import { Client } from './client.js';
import type { LogIdentity } from './control-frames.js';
import type { RealtimeMetrics } from './realtime-metrics.js';
import type { RealtimeSettings } from './settings.js';
import { SocketRefusedError } from './socket-refused-error.js';
import { whyReset } from './why-reset.js';

export interface UpgradeOptions {
  authenticator: Authenticator;
  log: Logger;
  metrics: RealtimeMetrics;
  settings: RealtimeSettings;
  /** Limit of the reads of each key, of which a new socket is one; undefined: there is none. */
  rateLimit?: RateLimiter | undefined;
  isDraining(): boolean;
  /** Number of open sockets of a key. */
  socketsOf(actor: string): number;
  /** Rejects within seconds while the log cannot be read. */
  readIdentity(): Promise<LogIdentity>;
  onAuthorized(client: Client, parameters: SocketParameters, identity: LogIdentity): void;
}

/**
 * Handles HTTP upgrades to WebSockets. Every refusal comes after the handshake, as a close code: browsers do not show
 * an HTTP status to the page that opened a socket.
 */
export function createUpgradeHandler(options: UpgradeOptions): UpgradeHandler {
  const { settings, metrics, log } = options;
  const serverOptions: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    maxPayload: MAX_MESSAGE_BYTES,
    closeTimeout: settings.closeTimeout,
  };
  const server = new WebSocketServer(serverOptions);
  server.on('wsClientError', ({ message }: Error, socket: Duplex) => {
    socket.end(refusalText({ code: 'malformed_request', detail: `${message}.` }));
  });

  return (request, socket, head) => {
    server.handleUpgrade(request, socket, head, (ws) => {
      const client = new Client({ ws, socket, maxUnsentBytes: settings.maxUnsentBytes, metrics });
      open(client, request, options).catch((error: unknown) => {
        if (error instanceof SocketRefusedError) return client.close(error.code, error.message);
        log.error({ err: error }, 'a socket could not be opened');
        client.close('restarting', 'something went wrong on our side: try again later');
      });
    });
  };
}

async function open(client: Client, request: IncomingMessage, options: UpgradeOptions): Promise<void> {
  refuseWhileDraining(options);
  const { actor, ...parameters } = authorize(request, options.authenticator);
  refuseTooMany(actor, options);
  client.actor = actor;
  client.project = parameters.project;
  // Messages that arrive before the hello was sent wait in the connection.
  client.ws.pause();
  try {
    await countAsRead(actor, options);
    const identity = await identityOrRefusal(options);
    // During that read other sockets may have opened, and the process may have begun to drain.
    refuseWhileDraining(options);
    refuseTooMany(actor, options);
    refuseBeyondHead(parameters, identity);
    if (client.isOpen) options.onAuthorized(client, parameters, identity);
  } finally {
    client.ws.resume();
  }
}

function refuseWhileDraining({ isDraining }: UpgradeOptions): void {
  if (isDraining()) throw new SocketRefusedError('restarting', 'the server restarts');
}

function refuseTooMany(actor: string, { socketsOf, settings }: UpgradeOptions): void {
  if (socketsOf(actor) < settings.maxSocketsPerKey) return;
  throw new SocketRefusedError('tooMany', `this key has ${settings.maxSocketsPerKey} sockets open`);
}

async function countAsRead(actor: string, { rateLimit }: UpgradeOptions): Promise<void> {
  try {
    await rateLimit?.spend(actor);
  } catch (error) {
    if (error instanceof ProblemError) throw new SocketRefusedError('tooMany', error.detail);
    throw error;
  }
}

/** Refuses a replay that ends in the future. A client whose positions are of another log is reset instead. */
function refuseBeyondHead(parameters: SocketParameters, identity: LogIdentity): void {
  const { until } = parameters;
  if (until === undefined || until <= identity.position) return;
  if (whyReset(parameters, identity) !== undefined) return;
  throw new SocketRefusedError(
    'badParameter',
    `until is ahead of the log, which ends at ${identity.position}`,
  );
}

async function identityOrRefusal({ readIdentity, log }: UpgradeOptions): Promise<LogIdentity> {
  try {
    return await readIdentity();
  } catch (error) {
    log.warn({ reason: (error as Error).message }, 'cannot read the log for a new socket');
    throw new SocketRefusedError('restarting', 'the event log cannot be read: try again later');
  }
}
