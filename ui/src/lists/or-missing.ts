/** Read of a resource that may not exist yet. */
import { ApiProblem } from '../api/errors';
import type { Client } from '../api/make-client';
import type { Loaded } from '../live/make-snapshot';

/**
 * Answer of `read`, or null after a 404. A 404 has no position that it is true for, so a position is fetched and the read
 * done again at that position or later.
 */
export async function orMissing<T>(
  client: Client,
  signal: AbortSignal,
  minPosition: number | undefined,
  read: (minPosition: number | undefined) => Promise<Loaded<T>>,
): Promise<Loaded<T | null>> {
  const first = await foundOrNull(read(minPosition));
  if (first !== null) return first;
  const { position } = await client.read('getStats', { query: { min_position: minPosition }, signal });
  return (await foundOrNull(read(position))) ?? { data: null, position };
}

async function foundOrNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  }
}
