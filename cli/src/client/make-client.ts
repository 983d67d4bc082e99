/** The server's REST interface, typed by the route table of the contracts. */
import {
  buildPath,
  type ParamsOf,
  problemSchema,
  type QueryOf,
  type RequestBodyOf,
  type ResponseOf,
  ROUTES,
  type Route,
} from '@att/contracts';
import { ForeignAnswerError, RefusedError, ServerUnreachableError } from './errors.js';

type Routes = typeof ROUTES;
export type RouteName = keyof Routes;

export interface CallOptions<N extends RouteName> {
  params?: ParamsOf<Routes[N]>;
  query?: QueryOf<Routes[N]>;
  body?: RequestBodyOf<Routes[N]>;
  /** Body as lines of JSON, sent unchanged, for a route that takes them. */
  ndjson?: string;
  idempotencyKey?: string;
  /** Milliseconds to wait for the answer. */
  timeout?: number;
  /** Ends the call early; it then fails with ServerUnreachableError, too. */
  signal?: AbortSignal;
}

export interface Answer<T> {
  body: T;
  /** Position that the answer is true for (`X-Position`); null where it has none. */
  position: number | null;
  /** Total from `X-Total-Count`; null where the answer has none. */
  total: number | null;
}

export interface Client {
  /** @throws ServerUnreachableError, RefusedError, ForeignAnswerError */
  call<N extends RouteName>(name: N, options?: CallOptions<N>): Promise<Answer<ResponseOf<Routes[N]>>>;
}

/** Milliseconds; an operator's command may have to wait 5 s for a lock. */
const TIMEOUT = 15_000;

/** @param url of the server, with a path where it is served under one */
export function makeClient(url: string, apiKey: string): Client {
  const base = url.replace(/\/+$/, '');
  return {
    async call(name, { params, query, timeout = TIMEOUT, signal, ...options } = {}) {
      const route: Route = ROUTES[name];
      const response = await fetch(base + buildPath(route.path, params, query), {
        method: route.method,
        ...requestOf(options, apiKey),
        signal: AbortSignal.any([AbortSignal.timeout(timeout), ...(signal === undefined ? [] : [signal])]),
      }).catch((error: unknown) => {
        throw new ServerUnreachableError(base, error);
      });
      const json = await jsonOf(response, base);
      if (response.status !== route.status) throw failureOf(response, json, base);
      const parsed = route.response.safeParse(json);
      if (!parsed.success) throw new ForeignAnswerError(base, response.status);
      // The route's type says what `response` parses to; generics cannot follow it through the look-up.
      return {
        body: parsed.data as ResponseOf<Routes[typeof name]>,
        position: numberIn(response, 'x-position'),
        total: numberIn(response, 'x-total-count'),
      };
    },
  };
}

function requestOf(
  { body, ndjson, idempotencyKey }: { body?: unknown; ndjson?: string; idempotencyKey?: string },
  apiKey: string,
): { headers: Record<string, string>; body: string | null } {
  const text = ndjson ?? (body === undefined ? null : JSON.stringify(body));
  return {
    headers: {
      accept: 'application/json',
      'x-api-key': apiKey,
      ...(text === null
        ? {}
        : { 'content-type': `application/${ndjson === undefined ? 'json' : 'x-ndjson'}` }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    body: text,
  };
}

function numberIn(response: Response, header: string): number | null {
  const text = response.headers.get(header);
  return text === null ? null : Number(text);
}

async function jsonOf(response: Response, url: string): Promise<unknown> {
  const text = await response.text().catch((error: unknown) => {
    throw new ServerUnreachableError(url, error);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new ForeignAnswerError(url, response.status);
  }
}

function failureOf(response: Response, json: unknown, url: string): Error {
  const problem = problemSchema.safeParse(json);
  if (!problem.success) return new ForeignAnswerError(url, response.status);
  return new RefusedError(url, problem.data, numberIn(response, 'retry-after') ?? undefined);
}
