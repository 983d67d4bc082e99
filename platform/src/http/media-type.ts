import type { IncomingHttpHeaders } from 'node:http';
import { ProblemError } from './problem-error.js';
import { isPacked } from './unpack.js';

export type MediaType = 'json' | 'ndjson';

const MEDIA_TYPES: Readonly<Record<string, MediaType>> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
};

/**
 * @param mayBePacked whether the body may come as gzip
 * @throws ProblemError unsupported_media_type
 */
export function mediaTypeOf(
  headers: IncomingHttpHeaders,
  allowed: readonly MediaType[],
  mayBePacked = false,
): MediaType {
  const sent = headers['content-type'] ?? '';
  // Nearly every sender sends this, which needs no parsing.
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
  if (encoding.trim().toLowerCase() !== 'identity' && !(mayBePacked && isPacked(headers))) {
    const others = mayBePacked ? ', or with gzip' : '';
    throw new ProblemError('unsupported_media_type', `Send it without a Content-Encoding${others}.`);
  }
  return type;
}
