import { MAX_BATCH_ITEMS, MAX_BODY_BYTES } from '@att/contracts';
import { ProblemError } from '@att/platform/http';

/** @param count of items so far: the rest of too many is not even counted */
export function refuseTooMany(count: number): void {
  if (count <= MAX_BATCH_ITEMS) return;
  throw new ProblemError(
    'too_many_items',
    `A batch may have at most ${MAX_BATCH_ITEMS} items; this has more.`,
  );
}

/** @throws ProblemError body_too_large */
export function bounded(payload: Buffer): Buffer {
  if (payload.length <= MAX_BODY_BYTES) return payload;
  throw new ProblemError('body_too_large', `An item may have at most ${MAX_BODY_BYTES} bytes.`);
}
