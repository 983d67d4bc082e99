/** Headers of answers, as the document describes them. */
import { type Route, rateLimitOf } from '@att/contracts';

const HEADERS = {
  'X-Request-Id': ['string', 'Names the request in the log; the sender may choose it'],
  'X-Position': ['integer', 'The position of the log that the answer is true for'],
  'X-Total-Count': ['integer', 'How long the whole list is, where that is known'],
  'X-Total-Count-Relation': ['string', '`gte` where the list has at least so many'],
  Link: ['string', 'The pages before and behind this one, by cursor (RFC 8288)'],
  ETag: ['string', 'Send it as If-None-Match: 304 says that nothing has changed'],
  'RateLimit-Policy': ['string', 'The limit of the key, where there is one: its name, quota and window'],
  RateLimit: ['string', 'What is left of it, and after how many seconds it begins anew'],
  'Retry-After': ['integer', 'Seconds after which to try again'],
  'WWW-Authenticate': ['string', 'How to send a key'],
} as const;

export type HeaderName = keyof typeof HEADERS;

export function answerHeaders(): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(HEADERS).map(([name, [type, description]]) => [name, { description, schema: { type } }]),
  );
}

export function mention(...names: readonly HeaderName[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** Headers of a route's successful answer. */
export function headersOf(route: Route): HeaderName[] {
  const { query } = route;
  const takes = (name: string) => query?.shape[name] !== undefined;
  return [
    'X-Request-Id',
    ...(takes('min_position') ? (['X-Position', 'ETag'] as const) : []),
    ...(takes('cursor') ? (['X-Total-Count', 'X-Total-Count-Relation', 'Link'] as const) : []),
    ...(rateLimitOf(route) === undefined ? [] : (['RateLimit-Policy', 'RateLimit'] as const)),
  ];
}
