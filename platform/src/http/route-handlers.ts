/** What implements a route of the table: typed by the route's own schemas. */
import type { ROUTES, Route } from '@att/contracts';
import type { z } from 'zod';
import type { Principal } from '../auth/index.js';

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : Record<string, never>;

export interface RouteRequest<R extends Route> {
  params: Parsed<R['params']>;
  query: Parsed<R['query']>;
  /** Undefined on routes that need no key. */
  principal: Principal | undefined;
  requestId: string;
  /** Aborted when the caller has gone. */
  signal: AbortSignal;
}

export type RouteAnswer<R extends Route> = {
  status?: number;
  headers?: Record<string, string>;
} & (
  | { body: z.input<R['response']> }
  /** JSON that must keep its text, such as numbers as they were sent. */
  | { json: string }
  | { text: string; contentType: string }
);

export type RouteHandler<R extends Route> = (request: RouteRequest<R>) => Promise<RouteAnswer<R>>;

export type RouteName = keyof typeof ROUTES;
export type RouteHandlers = { [Name in RouteName]?: RouteHandler<(typeof ROUTES)[Name]> };
