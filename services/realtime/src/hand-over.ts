/** Where a client that stands at a position finds what comes next. */
export type Source =
  /** It has everything that was read from the feed: from now on it is told with all others. */
  | 'live'
  /** The process still remembers what it misses. */
  | 'ring'
  /** It misses more than that. */
  | 'log';

/**
 * The hand-over from catching up to live is without gap and without double because this decision and
 * what follows a `live` happen in one turn of the event loop, and the ring moves only in another.
 */
export function nextSource(position: number, ring: { floor: number; tip: number }): Source {
  if (position >= ring.tip) return 'live';
  return position >= ring.floor ? 'ring' : 'log';
}

const SMALLEST_PAGE = 16;
const LARGEST_PAGE = 1_000;
export const FIRST_PAGE = 128;

/**
 * How many events the next page of the log may have. The database measures every payload that it
 * considers, so the count follows what fitted into the last page's bytes.
 */
export function nextPageSize(size: number, fitted: number): number {
  const next = fitted >= size ? size * 2 : fitted * 2;
  return Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, next));
}
