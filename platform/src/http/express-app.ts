/** Express, driven by the route table. */
import { ROUTES, type Route } from '@att/contracts';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Authenticator } from '../auth/index.js';
import type { Logger } from '../logging/index.js';
import type { RateLimits } from '../rate-limit/index.js';
import { answerRoute } from './answer-route.js';
import type { HttpMetrics } from './http-metrics.js';
import { problemAnswer } from './problem-answer.js';
import { ProblemError } from './problem-error.js';
import { requestIdOf } from './request-id.js';
import type { RouteHandler, RouteHandlers, RouteName } from './route-handlers.js';
import { sendProblem } from './send.js';
import { type StaticFile, serveFiles } from './serve-files.js';
import { serveUi } from './serve-ui.js';

export interface ExpressAppOptions {
  handlers: RouteHandlers;
  authenticator: Authenticator;
  log: Logger;
  metrics: HttpMetrics;
  /** Built UI; undefined: none is served. */
  staticDirectory: string | undefined;
  /** Path that all is under, for the links of answers. */
  basePath?: string;
  /** Routes that need a key though their table says that they need none. */
  keyedRoutes?: ReadonlySet<RouteName>;
  /** Limits of each key; undefined: there are none. */
  rateLimits?: RateLimits | undefined;
  /** Says which service of another process answers a path; undefined: none does. */
  elsewhere?: (path: string) => string | undefined;
  /** Files that need no key, by path. */
  files?: ReadonlyMap<string, StaticFile>;
}

export function createExpressApp(options: ExpressAppOptions): Express {
  const { handlers, log, staticDirectory, files = new Map() } = options;
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
    app[route.method === 'GET' ? 'get' : 'post'](expressPath(route.path), (request, response) =>
      answerRoute(options, name, handler, request, response),
    );
  }
  for (const path of new Set(Object.keys(handlers).map((name) => ROUTES[name as RouteName].path))) {
    app.all(expressPath(path), refuseMethod);
  }
  serveFiles(app, files);
  if (staticDirectory !== undefined) serveUi(app, staticDirectory, options.basePath ?? '');
  app.use((request: Request) => {
    const elsewhere = options.elsewhere?.(request.path);
    if (elsewhere !== undefined) throw new ProblemError('wrong_service', elsewhere);
    throw new ProblemError('not_found', `There is nothing at ${request.path}.`);
  });
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    sendProblem(response, problemAnswer(error, response.locals.requestId, log));
  });
  return app;
}

function refuseMethod(request: Request, response: Response): never {
  const allowed = Object.values(ROUTES as Record<string, Route>)
    .filter((route) => expressPath(route.path) === request.route.path)
    .map((route) => (route.method === 'GET' ? 'GET, HEAD' : route.method))
    .join(', ');
  response.set('Allow', allowed);
  throw new ProblemError('method_not_allowed', `${request.method} is not one of ${allowed}.`);
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
        baseUri: ["'self'"],
        formAction: ["'self'"],
        objectSrc: ["'none'"],
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
