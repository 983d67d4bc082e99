/**
 * Rights of pages of other origins: named ones all that a key allows (CORS); others can read nothing, and neither write nor
 * open a WebSocket.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../logging/index.js';
import { isListed, partsOf } from './allowed-hosts.js';
import { problemAnswer } from './problem-answer.js';
import { ProblemError } from './problem-error.js';
import { requestIdOf } from './request-id.js';
import { sendProblem } from './send.js';

export interface OriginOptions {
  /** Origins that may do what our own page does. */
  corsOrigins: readonly string[];
  /** Names of this server, also where a proxy hands on another Host. */
  allowedHosts: readonly string[];
}

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS =
  'Authorization, Content-Encoding, Content-Type, Idempotency-Key, If-Match, If-None-Match, Webhook-Id, X-API-Key, X-Request-Id';
const ANSWER_HEADERS =
  'Allow, ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Moment, X-Position, X-Request-Id, X-Total-Count, X-Total-Count-Relation';
/** Seconds that a browser may keep what a preflight said. */
const MAX_AGE = '600';
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

export class OriginPolicy {
  readonly #cors: ReadonlySet<string>;
  readonly #allowedHosts: readonly string[];

  constructor({ corsOrigins, allowedHosts }: OriginOptions) {
    this.#cors = new Set(corsOrigins);
    this.#allowedHosts = allowedHosts;
  }

  /** Why the request's origin may not write or open a WebSocket here; undefined when it may, or there is none. */
  objection({ headers: { origin, host } }: IncomingMessage): string | undefined {
    if (origin === undefined || this.#cors.has(origin) || this.#isOwn(origin, host)) return undefined;
    const named = origin.length <= 255 ? ` ${origin}` : '';
    return `Pages of the origin${named} may not do this: set CORS_ORIGINS to it, or ALLOWED_HOSTS to its host where a proxy serves this server under that name.`;
  }

  /** Sets what a browser asks for; true when the request is answered with that. */
  answers(request: IncomingMessage, response: ServerResponse, log: Logger): boolean {
    const { origin } = request.headers;
    if (this.#cors.size > 0) response.setHeader('Vary', 'Origin');
    if (origin === undefined) return false;
    const isPreflight =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    const isRead = !isPreflight && READS.has(request.method ?? '');
    const objection = isRead ? undefined : this.objection(request);
    if (objection !== undefined) {
      const problem = new ProblemError('origin_not_allowed', objection);
      sendProblem(response, problemAnswer(problem, requestIdOf(request), log));
      return true;
    }
    if (this.#cors.has(origin)) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Expose-Headers', ANSWER_HEADERS);
    }
    if (isPreflight) answerPreflight(request, response);
    return isPreflight;
  }

  #isOwn(origin: string, host: string | undefined): boolean {
    const [, scheme = '', originHost = ''] = /^(https?):\/\/([^/]+)$/i.exec(origin) ?? [];
    if (originHost === '') return false;
    // A name without a port is one that a proxy serves on its scheme's own port: another port may be anybody's.
    const hasOwnPort = portOf(originHost, scheme) === ownPort(scheme);
    const listed = this.#allowedHosts.filter((entry) => hasOwnPort || partsOf(entry).port !== '');
    if (isListed(originHost, listed)) return true;
    return host !== undefined && authority(originHost, scheme) === authority(host, scheme);
  }
}

const ownPort = (scheme: string) => (scheme.toLowerCase() === 'https' ? '443' : '80');
const portOf = (host: string, scheme: string) => partsOf(host).port || ownPort(scheme);

/** A scheme's own port may be named or left out. */
function authority(host: string, scheme: string): string {
  return `${partsOf(host).name}:${portOf(host, scheme)}`;
}

function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  const isToPrivateNetwork = request.headers['access-control-request-private-network'] === 'true';
  response.writeHead(204, {
    'Access-Control-Allow-Methods': METHODS,
    'Access-Control-Allow-Headers': REQUEST_HEADERS,
    'Access-Control-Max-Age': MAX_AGE,
    Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    ...(isToPrivateNetwork ? { 'Access-Control-Allow-Private-Network': 'true' } : {}),
  });
  response.end();
}
