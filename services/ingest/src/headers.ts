/** Checks the headers of a webhook. */
import type { IncomingHttpHeaders } from 'node:http';
import { idempotencyKey } from '@att/contracts';
import { headerText, ProblemError } from '@att/platform/http';

const KEY_HEADERS = ['idempotency-key', 'webhook-id'] as const;

export interface WithHeaders {
  headers: IncomingHttpHeaders;
  /** Each with all its values; without it, there is none more than once. */
  headersDistinct?: NodeJS.Dict<string[]>;
}

/** @throws ProblemError invalid_parameter when a key is malformed, or two differ */
export function idempotencyKeyOf(request: WithHeaders): string | undefined {
  let key: string | undefined;
  for (const name of KEY_HEADERS) {
    const sent = request.headers[name];
    if (typeof sent !== 'string') continue;
    // Node joins a header that was sent several times; one key may have a comma of its own.
    if (sent.includes(', ') && (request.headersDistinct?.[name]?.length ?? 0) > 1) {
      throw invalidHeader(name, 'is there more than once');
    }
    const parsed = idempotencyKey.safeParse(headerText(sent));
    if (!parsed.success) throw invalidHeader(name, parsed.error.issues[0]?.message ?? 'is wrong');
    if (key !== undefined && key !== parsed.data) throw invalidHeader(name, 'differs from idempotency-key');
    key = parsed.data;
  }
  return key;
}

/** Every item of a batch has its own `event_id`; one key for all of them would mean nothing. */
export function refuseKeyOnBatch(headers: IncomingHttpHeaders): void {
  for (const name of KEY_HEADERS) {
    if (headers[name] !== undefined)
      throw invalidHeader(name, 'is not for batches: give each item an event_id');
  }
}

function invalidHeader(name: string, detail: string): ProblemError {
  return new ProblemError('invalid_parameter', `The header ${name} ${detail}.`, {
    errors: [{ pointer: name, detail }],
  });
}
