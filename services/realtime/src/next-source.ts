/** Source in which a client finds the frames after its position. */
export type Source =
  /** The client has everything that was read from the feed, and joins the subscribers. */
  | 'live'
  /** The ring has all frames that the client lacks. */
  | 'ring'
  /** Some of the frames that the client lacks are in the log alone. */
  | 'log';

/**
 * The source of a client's next frames. Going live neither loses nor repeats a frame: this decision and joining the
 * subscribers happen in one turn of the event loop, and the ring moves only in another.
 */
export function nextSource(position: number, ring: { floor: number; tip: number }): Source {
  if (position >= ring.tip) return 'live';
  return position >= ring.floor ? 'ring' : 'log';
}

const SMALLEST_PAGE = 16;
const LARGEST_PAGE = 1_000;
export const FIRST_PAGE = 128;

/**
 * Number of events to ask the log for next. The database measures the payload of every event asked for, so the number
 * follows how many fitted into the last page's bytes.
 */
export function nextPageSize(size: number, fitted: number): number {
  const next = fitted >= size ? size * 2 : fitted * 2;
  return Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, next));
}
