/** The Link header of a page (RFC 8288): relative references, so that they hold behind any proxy. */
import { type Cursor, encodeCursor, type KeyValue } from './cursor.js';
import { splitTarget } from './target.js';

export interface PageEnds {
  /** Keys of the first and the last row of the page; undefined for an empty page. */
  first: [KeyValue, number] | undefined;
  last: [KeyValue, number] | undefined;
  hasNext: boolean;
  hasPrev: boolean;
  /** The position that the other pages are to be read at. */
  at: number | null;
  /** Log that they are of, in short. */
  epoch: string | null;
}

/** Nothing for a page that has no neighbours. */
export function linkHeader(
  { first, last, hasNext, hasPrev, at, epoch }: PageEnds,
  target: string,
): Record<string, string> {
  const links: string[] = [];
  if (hasNext && last !== undefined) links.push(link(target, { key: last, direction: 'next', at, epoch }));
  if (hasPrev && first !== undefined) links.push(link(target, { key: first, direction: 'prev', at, epoch }));
  return links.length === 0 ? {} : { Link: links.join(', ') };
}

function link(target: string, cursor: Cursor): string {
  const { path, parameters } = splitTarget(target);
  for (const name of ['offset', 'min_position', 'api_key']) parameters.delete(name);
  parameters.set('cursor', encodeCursor(cursor, target));
  return `<${path}?${parameters}>; rel="${cursor.direction}"`;
}
