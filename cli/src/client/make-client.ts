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
import { ForeignAnswerError, RefusedError, ServerAwayError } from './errors.js';

type Routes = typeof ROUTES;
export type RouteName = keyof Routes;

export interface CallOptions<N extends RouteName> {
  params?: ParamsOf<Routes[N]>;
  query?: QueryOf<Routes[N]>;
  body?: RequestBodyOf<Routes[N]>;
}

export interface Answer<T> {
  body: T;
  /** `X-Total-Count`; null where the answer has none. */
  total: number | null;
}

export interface Client {
  /** @throws ServerAwayError, RefusedError, ForeignAnswerError, UnaddressableName */
  call<N extends RouteName>(name: N, options?: CallOptions<N>): Promise<Answer<ResponseOf<Routes[N]>>>;
}

/** Milliseconds; an act may have to wait 5 s for a lock. */
const TIMEOUT = 15_000;

/** @param url of the server, with a path where it is served under one */
export function makeClient(url: string, apiKey: string): Client {
  const base = url.replace(/\/+$/, '');
  return {
    async call(name, { params, query, body } = {}) {
      const route: Route = ROUTES[name];
      const response = await fetch(base + buildPath(route.path, params, query), {
        method: route.method,
        headers: {
          accept: 'application/json',
          'x-api-key': apiKey,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT),
      }).catch((error: unknown) => {
        throw new ServerAwayError(base, error);
      });
      const json = await jsonOf(response, base);
      if (response.status !== route.status) throw failureOf(response, json, base);
      const parsed = route.response.safeParse(json);
      if (!parsed.success) throw new ForeignAnswerError(base, response.status);
      const total = response.headers.get('x-total-count');
      // The route's type says what `response` parses to; generics cannot follow it through the look-up.
      return {
        body: parsed.data as ResponseOf<Routes[typeof name]>,
        total: total === null ? null : Number(total),
      };
    },
  };
}

async function jsonOf(response: Response, url: string): Promise<unknown> {
  const text = await response.text().catch((error: unknown) => {
    throw new ServerAwayError(url, error);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new ForeignAnswerError(url, response.status);
  }
}

function failureOf(response: Response, json: unknown, url: string): Error {
  const problem = problemSchema.safeParse(json);
  return problem.success ? new RefusedError(url, problem.data) : new ForeignAnswerError(url, response.status);
}
