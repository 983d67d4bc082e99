/** The lean path that agents post to: it never passes through Express. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { WEBHOOK_KINDS, type WebhookKind } from '@att/contracts';
import { type Authenticator, type Principal, presentedKey } from '@att/platform/auth';
import {
  discardRest,
  type HotRoutes,
  ProblemError,
  problemAnswer,
  requestIdOf,
  sendProblem,
  unauthorized,
} from '@att/platform/http';
import type { Logger } from '@att/platform/logging';
import type { Registry } from '@att/platform/metrics';
import { handleBatch } from './batch.js';
import { type Appending, handleSingle } from './single.js';
import { countAnswers } from './webhook-metrics.js';

const PREFIX = '/webhook/';

type Kind = WebhookKind | 'batch';

const KIND_BY_PATH: ReadonlyMap<string, Kind> = new Map(
  [...WEBHOOK_KINDS, 'batch' as const].map((kind): [string, Kind] => [`${PREFIX}${kind}`, kind]),
);

export interface WebhookOptions {
  log: Appending;
  authenticator: Authenticator;
  logger: Logger;
  metrics: Registry;
}

export function webhookRoutes(options: WebhookOptions): HotRoutes {
  const counts = countAnswers(options.metrics);
  return {
    prefix: PREFIX,
    handle(request, response) {
      void serve(options, request, response).then(() => counts.count(response.statusCode));
    },
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

function handle(
  { log, authenticator, logger }: WebhookOptions,
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
    throw new ProblemError('method_not_allowed', `${path} takes POST.`, [], { Allow: 'POST' });
  }
  const { actor } = authorize(authenticator, request, search);
  if (kind === 'batch') return handleBatch(log, actor, requestId, request, response, logger);
  return handleSingle(log, kind, actor, requestId, request, response);
}

function authorize(authenticator: Authenticator, request: IncomingMessage, search: string): Principal {
  const key = presentedKey(request.headers, search);
  const principal = key === undefined ? undefined : authenticator.authenticate(key);
  if (principal === undefined) throw unauthorized(key);
  if (!principal.scopes.has('ingest')) {
    throw new ProblemError('forbidden', 'This needs a key with the scope ingest.');
  }
  return principal;
}
