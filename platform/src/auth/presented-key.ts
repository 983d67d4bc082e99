import type { IncomingHttpHeaders } from 'node:http';
import { headerText } from '../http/header-text.js';

/**
 * The key that a request presents: `X-API-Key`, `Authorization: Bearer`, or `?api_key=`, in that order.
 *
 * @param search the part of the URL behind the question mark
 */
export function presentedKey(headers: IncomingHttpHeaders, search: string): string | undefined {
  const header = headers['x-api-key'];
  if (typeof header === 'string') return headerText(header);
  const bearer = headers.authorization;
  if (bearer !== undefined && /^bearer /i.test(bearer)) return headerText(bearer.slice(7)).trim();
  if (search.includes('api_key=')) return new URLSearchParams(search).get('api_key') ?? undefined;
  return undefined;
}
