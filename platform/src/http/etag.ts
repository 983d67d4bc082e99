/** Weak entity tags (RFC 9110, 8.8.3) of answers that a position fixes. */
import { createHash } from 'node:crypto';

export interface ETagParts {
  /** Epoch of the log: another log may have other events at the same positions. */
  epoch?: string | undefined;
  /** Generation of the read model that answered; undefined where the log itself did. */
  generation?: number | undefined;
  /** Position that the answer is true for. */
  position: number;
}

/** @param content all of an answer */
export function tagOf(content: string | Buffer): string {
  return `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
}

/** @param target path and query as asked for; the order of parameters, and the key, make no difference */
export function etagOf({ epoch = '', generation = 0, position }: ETagParts, target: string): string {
  return tagOf(JSON.stringify([epoch, generation, position, normalised(target)]));
}

/** Whether the caller has this already; compared weakly, as GET and HEAD are (RFC 9110, 13.1.2). */
export function isKnown(etag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = etag.replace(/^W\//, '');
  const listed: readonly string[] = ifNoneMatch.match(/"[^"]*"/g) ?? [];
  return listed.includes(opaque);
}

function normalised(target: string): string {
  const [path = '', search = ''] = target.split(/\?(.*)/s, 2);
  const parameters = new URLSearchParams(search);
  parameters.delete('api_key');
  parameters.sort();
  return `${path}?${parameters}`;
}
