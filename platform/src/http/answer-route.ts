/** Answers a request to a route of the table: key check, parameters, body, handler, answer. */
import { ROUTES, type Route, rateLimitOf } from '@att/contracts';
import type { Request, Response } from 'express';
import { type Authenticator, type Principal, presentedKey } from '../auth/index.js';
import type { RateLimits } from '../rate-limit/index.js';
import { etagOf, isKnown } from './etag.js';
import type { HttpMetrics } from './http-metrics.js';
import { ProblemError } from './problem-error.js';
import { parseBody, parseParameters, parseQuery } from './request-input.js';
import type { RouteAnswer, RouteHandler, RouteName } from './route-handlers.js';
import { API_HEADERS } from './send.js';

export interface AnswerOptions {
  authenticator: Authenticator;
  metrics: HttpMetrics;
  /** Path that all is under, for the links of answers. */
  basePath?: string;
  /** Routes that need a key though their table says that they need none. */
  keyedRoutes?: ReadonlySet<RouteName>;
  /** Limits of each key; undefined: there are none. */
  rateLimits?: RateLimits | undefined;
}

export async function answerRoute(
  { authenticator, metrics, basePath = '', keyedRoutes, rateLimits }: AnswerOptions,
  name: RouteName,
  handler: RouteHandler<Route>,
  request: Request,
  response: Response,
): Promise<void> {
  const route: Route = ROUTES[name];
  const startedAt = performance.now();
  response.on('finish', () =>
    metrics.observe(route.path, response.statusCode, performance.now() - startedAt),
  );
  const gone = new AbortController();
  response.on('close', () => gone.abort());

  const search = request.url.slice(request.path.length + 1);
  const scope = keyedRoutes?.has(name) ? 'read' : route.scope;
  const principal = authorize(authenticator, scope, request, search);
  const limit = rateLimitOf(route);
  const limiter = limit === undefined ? undefined : rateLimits?.[limit];
  if (principal !== undefined && limiter !== undefined) response.set(await limiter.spend(principal.actor));
  const params = parseParameters(route.params, request.params);
  const query = parseQuery(route.query, search);
  const body = await parseBody(route.body, request);
  const result = await handler({
    params,
    query,
    body,
    principal,
    requestId: response.locals.requestId,
    target: basePath + request.originalUrl,
    signal: gone.signal,
  } as Parameters<typeof handler>[0]);
  send(request, response, route, result);
}

export function unauthorized(key: string | undefined): ProblemError {
  const detail =
    key === undefined
      ? 'Send the API key as X-API-Key, or as Authorization: Bearer.'
      : 'The API key is not known here.';
  return new ProblemError('unauthorized', detail, { headers: { 'WWW-Authenticate': 'Bearer' } });
}

function authorize(
  authenticator: Authenticator,
  scope: Route['scope'],
  request: Request,
  search: string,
): Principal | undefined {
  if (scope === null) return undefined;
  const key = presentedKey(request.headers, search);
  const principal = key === undefined ? undefined : authenticator.authenticate(key);
  if (principal === undefined) throw unauthorized(key);
  if (!principal.scopes.has(scope)) {
    throw new ProblemError('forbidden', `This needs a key with the scope ${scope}.`);
  }
  return principal;
}

/** Caching by the caller alone, with revalidation each time: an answer depends on the key. */
const TAGGED_CACHING = 'private, no-cache';
const KEY_HEADERS = 'Authorization, X-API-Key';

function send(request: Request, response: Response, route: Route, result: RouteAnswer<Route>): void {
  response
    .status(result.status ?? route.status)
    .set(API_HEADERS)
    .set(result.headers ?? {});
  if (result.etag !== undefined) {
    const etag = typeof result.etag === 'string' ? result.etag : etagOf(result.etag, request.url);
    response.set({ 'Cache-Control': TAGGED_CACHING, ETag: etag }).vary(KEY_HEADERS);
    if (isKnown(etag, request.headers['if-none-match'])) return void response.status(304).end();
  }
  if ('text' in result) end(response, result.contentType, result.text);
  else end(response, 'json', 'json' in result ? result.json : JSON.stringify(result.body));
}

/** Not Express's own `send`, which takes `If-None-Match: *` for a reason to answer 304 to everything. */
function end(response: Response, contentType: string, text: string): void {
  response
    .type(contentType)
    .set('Content-Length', String(Buffer.byteLength(text)))
    .end(text);
}
