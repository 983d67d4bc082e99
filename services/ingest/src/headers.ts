/** What the headers of a webhook say, checked. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { idempotencyKey } from '@att/contracts';
import { headerText, ProblemError } from '@att/platform/http';

export type MediaType = 'json' | 'ndjson';

const MEDIA_TYPES: Readonly<Record<string, MediaType>> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
};

/** @throws ProblemError unsupported_media_type */
export function mediaTypeOf(headers: IncomingHttpHeaders, allowed: readonly MediaType[]): MediaType {
  const sent = headers['content-type'] ?? '';
  // What nearly every sender says needs no taking apart.
  if (sent === 'application/json' && headers['content-encoding'] === undefined) return 'json';
  const [essence = '', ...parameters] = sent.split(';');
  const type = MEDIA_TYPES[essence.trim().toLowerCase()];
  const charset = parameters.find((parameter) => /^\s*charset\s*=/i.test(parameter));
  const encoding = headers['content-encoding'] ?? 'identity';
  if (type === undefined || !allowed.includes(type)) {
    const names = Object.keys(MEDIA_TYPES).filter((name) => allowed.includes(MEDIA_TYPES[name] as MediaType));
    throw new ProblemError('unsupported_media_type', `Send it with Content-Type: ${names.join(' or ')}.`);
  }
  if (charset !== undefined && !/=\s*"?utf-?8"?\s*$/i.test(charset)) {
    throw new ProblemError('unsupported_media_type', 'Send it as UTF-8.');
  }
  if (encoding.toLowerCase() !== 'identity') {
    throw new ProblemError('unsupported_media_type', 'Send it without a Content-Encoding.');
  }
  return type;
}

const KEY_HEADERS = ['idempotency-key', 'webhook-id'] as const;

/** @throws ProblemError invalid_parameter when a key is malformed, or two differ */
export function idempotencyKeyOf(request: IncomingMessage): string | undefined {
  let key: string | undefined;
  for (const name of KEY_HEADERS) {
    const sent = request.headers[name];
    if (typeof sent !== 'string') continue;
    // Node joins a header that was sent several times; one key may have a comma of its own.
    if (sent.includes(', ') && (request.headersDistinct[name]?.length ?? 0) > 1) {
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
  return new ProblemError('invalid_parameter', `The header ${name} ${detail}.`, [{ pointer: name, detail }]);
}
