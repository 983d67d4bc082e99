/** Express, driven by the route table: key check, parameters, handler, answer. */
import { ROUTES, type Route } from '@att/contracts';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { type Authenticator, type Principal, presentedKey } from '../auth/index.js';
import type { Logger } from '../logging/index.js';
import { parameterErrors } from './field-errors.js';
import type { HttpMetrics } from './http-metrics.js';
import { problemAnswer } from './problem-answer.js';
import { ProblemError } from './problem-error.js';
import { requestIdOf } from './request-id.js';
import type { RouteAnswer, RouteHandler, RouteHandlers, RouteName } from './route-handlers.js';
import { API_HEADERS, sendProblem } from './send.js';

export interface ExpressAppOptions {
  handlers: RouteHandlers;
  authenticator: Authenticator;
  log: Logger;
  metrics: HttpMetrics;
  /** Built UI; undefined: none is served. */
  staticDirectory: string | undefined;
}

export function createExpressApp(options: ExpressAppOptions): Express {
  const { handlers, log, staticDirectory } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // Parameters are read from the URL by the route itself, so that a repeated one can be refused.
  app.set('query parser', false);
  app.use(assignRequestId);
  app.use(securityHeaders());

  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route][]) {
    const handler = handlers[name] as RouteHandler<Route> | undefined;
    if (handler === undefined) continue;
    app.get(expressPath(route.path), (request, response) =>
      answer(options, name, handler, request, response),
    );
  }
  for (const path of new Set(Object.keys(handlers).map((name) => ROUTES[name as RouteName].path))) {
    app.all(expressPath(path), refuseMethod);
  }
  if (staticDirectory !== undefined) serveUi(app, staticDirectory);
  app.use((request: Request) => {
    throw new ProblemError('not_found', `There is nothing at ${request.path}.`);
  });
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    sendProblem(response, problemAnswer(error, response.locals.requestId, log));
  });
  return app;
}

async function answer(
  { authenticator, metrics }: ExpressAppOptions,
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
  const principal = authorize(authenticator, route, request, search);
  const result = await handler({
    params: parse(route.params, request.params),
    query: parse(route.query, parseSearch(search)),
    principal,
    requestId: response.locals.requestId,
    signal: gone.signal,
  } as Parameters<typeof handler>[0]);
  send(response, route, result);
}

function authorize(
  authenticator: Authenticator,
  { scope }: Route,
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

export function unauthorized(key: string | undefined): ProblemError {
  const detail =
    key === undefined
      ? 'Send the API key as X-API-Key, or as Authorization: Bearer.'
      : 'The API key is not known here.';
  return new ProblemError('unauthorized', detail, [], { 'WWW-Authenticate': 'Bearer' });
}

/** Every parameter once; the key is not one of the route's. */
function parseSearch(search: string): Record<string, string> {
  const parsed: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(search)) {
    if (name === 'api_key') continue;
    if (name in parsed) {
      throw new ProblemError('invalid_parameter', `The parameter ${name} is given twice.`, [
        { pointer: name, detail: 'is given twice' },
      ]);
    }
    parsed[name] = value;
  }
  return parsed;
}

function parse(schema: Route['query'], values: Record<string, unknown>): Record<string, unknown> {
  if (schema === undefined) return {};
  const parsed = schema.safeParse({ ...values });
  if (parsed.success) return parsed.data;
  const errors = parameterErrors(parsed.error);
  const detail = errors.map((error) => `${error.pointer} ${error.detail}`).join('; ');
  throw new ProblemError('invalid_parameter', `${detail}.`, errors);
}

function send(response: Response, route: Route, result: RouteAnswer<Route>): void {
  response
    .status(result.status ?? route.status)
    .set(API_HEADERS)
    .set(result.headers ?? {});
  if ('text' in result) response.type(result.contentType).send(result.text);
  else if ('json' in result) response.type('json').send(result.json);
  else response.json(result.body);
}

function refuseMethod(request: Request, response: Response): never {
  const allowed = Object.values(ROUTES as Record<string, Route>)
    .filter((route) => expressPath(route.path) === request.route.path)
    .map((route) => (route.method === 'GET' ? 'GET, HEAD' : route.method))
    .join(', ');
  response.set('Allow', allowed);
  throw new ProblemError('method_not_allowed', `${request.method} is not one of ${allowed}.`);
}

function serveUi(app: Express, directory: string): void {
  // Hashed file names never change their content; the page that names them must be asked for anew.
  app.use('/assets', express.static(`${directory}/assets`, { immutable: true, maxAge: '1y', index: false }));
  app.use(express.static(directory, { maxAge: 0 }));
  app.get(/^\/(?!api\/|webhook\/|assets\/)/, (request, response, next) => {
    response.vary('Accept');
    // A browser names HTML. Programs take anything (curl's */*), and to them a page would pass for an answer.
    if (!/\btext\/html\b/i.test(request.headers.accept ?? '')) return next();
    response.set('Cache-Control', 'no-cache').sendFile('index.html', { root: directory });
  });
}

function assignRequestId(request: Request, response: Response, next: NextFunction): void {
  const requestId = requestIdOf(request);
  response.locals.requestId = requestId;
  response.set('X-Request-Id', requestId);
  next();
}

function securityHeaders() {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        frameAncestors: ["'none'"],
      },
    },
    // Plain HTTP on loopback is the normal way to run it; who terminates TLS in front sets this.
    strictTransportSecurity: false,
  });
}

/** `{name}` of the route table is `:name` for Express. */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
