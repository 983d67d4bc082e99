/** Client of the REST interface, typed by the route table of the contracts. */
import {
  buildPath,
  type ParamsOf,
  problemSchema,
  type QueryOf,
  type ResponseOf,
  ROUTES,
  type Route,
} from '@att/contracts';
import { BASE_PATH } from './base-path';
import { ApiProblem, ServerUnreachable, UnexpectedAnswer } from './errors';

type Routes = typeof ROUTES;
/** Routes that read; the UI reports nothing. */
export type ReadName = { [N in keyof Routes]: Routes[N] extends { method: 'GET' } ? N : never }[keyof Routes];

export interface ReadOptions<N extends ReadName> {
  params?: ParamsOf<Routes[N]>;
  query?: QueryOf<Routes[N]>;
  signal?: AbortSignal;
}

export interface Answer<T> {
  body: T;
  /** `X-Position`: position that the answer is true for. */
  position: number;
  /** `X-Total-Count`: rows of the whole list; null for a list that is not counted. */
  total: number | null;
}

export interface ClientOptions {
  apiKey: string;
  /** Called when an answer refuses the key. */
  onUnauthorized?: (problem: ApiProblem) => void;
  /** Called with the `Date` of every answer, and the monotonic time of its request. */
  onDate?: (date: string | null, requestedAt: number) => void;
  fetch?: typeof fetch;
}

export interface Client {
  /** @throws ApiProblem, ServerUnreachable, UnexpectedAnswer; an AbortError when `signal` fires */
  read<N extends ReadName>(name: N, options?: ReadOptions<N>): Promise<Answer<ResponseOf<Routes[N]>>>;
}

/**
 * Milliseconds for a whole answer: more than any read takes. Browsers wait for minutes on a connection that died without
 * a close.
 */
const TIMEOUT_MS = 30_000;

export function makeClient(options: ClientOptions): Client {
  // Wrapped, since browsers refuse `fetch` as a method of another object.
  const request = options.fetch ?? ((input, init) => fetch(input, init));

  return {
    async read(name, { params, query, signal } = {}) {
      const route: Route = ROUTES[name];
      const path = `${BASE_PATH}${buildPath(route.path, params, query)}`;
      const requestedAt = performance.now();
      const timeout = new AbortController();
      const timer = setTimeout(() => timeout.abort(), TIMEOUT_MS);
      try {
        const response = await request(path, {
          method: route.method,
          headers: { accept: 'application/json', 'x-api-key': options.apiKey },
          signal: signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]),
        }).catch((error: unknown) => {
          throw signal?.aborted === true ? error : new ServerUnreachable(error);
        });
        options.onDate?.(response.headers.get('date'), requestedAt);
        if (response.status === route.status) return await answerOf(route, response);
        const error = await failureOf(response);
        if (error instanceof ApiProblem && error.status === 401) options.onUnauthorized?.(error);
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

// The route's type says what `response` parses to, which generics cannot follow through the lookup.
async function answerOf<T>(route: Route, response: Response): Promise<Answer<T>> {
  const parsed = route.response.safeParse(await jsonOf(response));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new UnexpectedAnswer(response.status, `${issue?.path.join('/') ?? ''} ${issue?.message ?? ''}`);
  }
  return {
    body: parsed.data as T,
    position: countHeader(response, 'x-position') ?? 0,
    total: countHeader(response, 'x-total-count'),
  };
}

async function failureOf(response: Response): Promise<ApiProblem | UnexpectedAnswer> {
  const parsed = problemSchema.safeParse(await jsonOf(response).catch(() => undefined));
  if (!parsed.success)
    return new UnexpectedAnswer(response.status, response.statusText || 'no problem document');
  return new ApiProblem(parsed.data, countHeader(response, 'retry-after'));
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text().catch((error: unknown) => {
    throw new ServerUnreachable(error);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new UnexpectedAnswer(response.status, 'not JSON');
  }
}

function countHeader(response: Response, name: string): number | null {
  const value = response.headers.get(name);
  return value !== null && /^\d+$/.test(value) ? Number(value) : null;
}
