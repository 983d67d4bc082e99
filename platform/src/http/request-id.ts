import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A random start of the process and a counter: unique, and far cheaper than a UUID a request. */
const prefix = randomBytes(6).toString('hex');
let count = 0;

/** The caller's `X-Request-Id` when it is short and plain, else one of ours. */
export function requestIdOf({ headers }: { headers: IncomingHttpHeaders }): string {
  const sent = headers['x-request-id'];
  if (typeof sent === 'string' && /^[\w.:-]{1,100}$/.test(sent)) return sent;
  count += 1;
  return `${prefix}-${count.toString(36)}`;
}
