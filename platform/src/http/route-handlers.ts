/** Types of the functions that implement the routes, from the routes' own schemas. */
import type { ROUTES, Route, RoutesBySubject } from '@att/contracts';
import type { z } from 'zod';
import type { Principal } from '../auth/index.js';
import type { ETagParts } from './etag.js';

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : Record<string, never>;

export type RouteRequest<R extends Route> = {
  params: Parsed<R['params']>;
  query: Parsed<R['query']>;
  /** Undefined on routes that need no key. */
  principal: Principal | undefined;
  requestId: string;
  /** Path and query as they are asked for from outside, with the base path. */
  target: string;
  /** Aborted when the caller has gone. */
  signal: AbortSignal;
} & (R['body'] extends z.ZodType ? { body: z.output<R['body']> } : unknown);

export type RouteAnswer<R extends Route> = {
  status?: number;
  headers?: Record<string, string>;
  /** Parts of the tag, or the whole tag, of an answer that a position fixes. A caller who has the answer already gets a 304. */
  etag?: ETagParts | string | undefined;
} & (
  | { body: z.input<R['response']> }
  /** JSON that must keep its text, such as numbers as they were sent. */
  | { json: string }
  | { text: string; contentType: string }
);

export type RouteHandler<R extends Route> = (request: RouteRequest<R>) => Promise<RouteAnswer<R>>;

export type RouteName = keyof typeof ROUTES;
/** Some handlers, such as all of a process. */
export type RouteHandlers = { [Name in RouteName]?: RouteHandler<(typeof ROUTES)[Name]> };

/** Handlers of all routes of a subject. */
export type HandlersOf<Subject extends keyof RoutesBySubject> = {
  [Name in keyof RoutesBySubject[Subject] & RouteName]: RouteHandler<(typeof ROUTES)[Name]>;
};
