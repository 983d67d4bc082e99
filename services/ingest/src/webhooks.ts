/** The lean path that agents post to: it never passes through Express. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { WEBHOOK_KINDS, type WebhookKind, webhookQuery } from '@att/contracts';
import { type Authenticator, type Principal, presentedKey } from '@att/platform/auth';
import {
  discardRest,
  type HotRoutes,
  JSON_TYPE,
  PROBLEM_TYPE,
  ProblemError,
  problemAnswer,
  requestIdOf,
  sendJson,
  sendProblem,
  unauthorized,
  type WholeAnswer,
  type WholeHandler,
  type WholeRequest,
} from '@att/platform/http';
import type { Logger } from '@att/platform/logging';
import type { Registry } from '@att/platform/metrics';
import type { RateLimiter, RateLimitHeaders } from '@att/platform/rate-limit';
import { handleBatch } from './batch.js';
import { type Appending, storeStreamed, storeWhole } from './single.js';
import { countAnswers } from './webhook-metrics.js';

const PREFIX = '/webhook/';

type Kind = WebhookKind | 'batch';

/** Paths of a webhook, with and without a slash at the end; they mean the same. */
const pathsOf = (kind: Kind) => [`${PREFIX}${kind}`, `${PREFIX}${kind}/`];

const KIND_BY_PATH: ReadonlyMap<string, Kind> = new Map(
  [...WEBHOOK_KINDS, 'batch' as const].flatMap((kind) =>
    pathsOf(kind).map((path): [string, Kind] => [path, kind]),
  ),
);

export interface WebhookOptions {
  log: Appending;
  authenticator: Authenticator;
  logger: Logger;
  metrics: Registry;
  /** Limit of the reports of each key; undefined: there is none. */
  rateLimit?: RateLimiter | undefined;
}

export function webhookRoutes(options: WebhookOptions): HotRoutes {
  const { count } = countAnswers(options.metrics);
  return {
    prefix: PREFIX,
    handle(request, response) {
      void serve(options, request, response).then(() => count(response.statusCode));
    },
    whole: new Map(
      WEBHOOK_KINDS.flatMap((kind) =>
        pathsOf(kind).map((path): [string, WholeHandler] => [
          path,
          (request, send) =>
            serveWhole(options, kind, request, (answer) => {
              count(answer.status);
              send(answer);
            }),
        ]),
      ),
    ),
  };
}

/** Never rejects: whatever goes wrong is answered. */
async function serve(
  options: WebhookOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = requestIdOf(request);
  try {
    await handle(options, requestId, request, response);
  } catch (error) {
    if (!request.complete) discardRest(request);
    sendProblem(response, problemAnswer(error, requestId, options.logger));
  }
}

async function handle(
  { log, authenticator, logger, rateLimit }: WebhookOptions,
  requestId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = request.url ?? '';
  const question = url.indexOf('?');
  const path = question < 0 ? url : url.slice(0, question);
  const search = question < 0 ? '' : url.slice(question + 1);
  const kind = KIND_BY_PATH.get(path);
  if (kind === undefined) throw new ProblemError('not_found', `There is nothing at ${path}.`);
  if (request.method !== 'POST') {
    throw new ProblemError('method_not_allowed', `${path} takes POST.`, { headers: { Allow: 'POST' } });
  }
  const { actor } = authorize(authenticator, request.headers, search);
  const isLenient = isLenientIn(search);
  if (rateLimit !== undefined) setHeaders(response, await rateLimit.spend(actor));
  if (kind === 'batch') {
    const countItems = async (items: number) => {
      // The batch counted as one when it came.
      if (rateLimit === undefined || items <= 1) return;
      setHeaders(response, await rateLimit.spend(actor, items - 1, items));
    };
    return handleBatch({ log, actor, requestId, request, response, logger, isLenient, countItems });
  }
  sendJson(response, 202, requestId, await storeStreamed(log, kind, actor, request, isLenient));
}

function setHeaders(response: ServerResponse, headers: RateLimitHeaders): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/** @throws ProblemError invalid_parameter */
function isLenientIn(search: string): boolean {
  if (search === '') return false;
  const { success, data } = webhookQuery.safeParse(Object.fromEntries(new URLSearchParams(search)));
  if (success) return data.lenient === 'true';
  throw new ProblemError('invalid_parameter', 'lenient must be true or false.', {
    errors: [{ pointer: 'lenient', detail: 'must be true or false' }],
  });
}

/** Never throws: whatever goes wrong is answered. */
function serveWhole(
  { log, authenticator, logger, rateLimit }: WebhookOptions,
  kind: WebhookKind,
  request: WholeRequest,
  send: (answer: WholeAnswer) => void,
): void {
  const requestId = requestIdOf(request);
  try {
    const { actor } = authorize(authenticator, request.headers, '');
    const spent = rateLimit?.spend(actor);
    if (spent instanceof Promise) spent.then((limit) => store(actor, limit), refuse);
    else store(actor, spent);
  } catch (error) {
    refuse(error);
  }

  function store(actor: string, limit?: RateLimitHeaders): void {
    const refuseAsCounted = (error: unknown) => refuse(error, limit);
    try {
      storeWhole(log, kind, actor, request).then(
        (json) => send({ status: 202, contentType: JSON_TYPE, requestId, json, headers: limit }),
        refuseAsCounted,
      );
    } catch (error) {
      refuseAsCounted(error);
    }
  }

  function refuse(error: unknown, limit?: RateLimitHeaders): void {
    const { status, headers, body } = problemAnswer(error, requestId, logger);
    const json = JSON.stringify(body);
    send({ status, contentType: PROBLEM_TYPE, requestId, json, headers: { ...limit, ...headers } });
  }
}

function authorize(authenticator: Authenticator, headers: IncomingHttpHeaders, search: string): Principal {
  const key = presentedKey(headers, search);
  const principal = key === undefined ? undefined : authenticator.authenticate(key);
  if (principal === undefined) throw unauthorized(key);
  if (!principal.scopes.has('ingest')) {
    throw new ProblemError('forbidden', 'This needs a key with the scope ingest.');
  }
  return principal;
}
