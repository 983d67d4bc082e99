/** Blame for a failed batch: an event in it is at fault, or the database, which may work later. */
import { classifyFailure } from '@att/platform/postgres';
import type { QueryConfig } from 'pg';
import type { Loader } from './loader.js';

/** An event of the batch cannot be applied: trying again will not help. Nothing of the batch was written. */
export class PoisonError extends Error {
  override readonly name = 'PoisonError';

  constructor(override readonly cause: Error) {
    super(cause.message, { cause });
  }
}

/** Whatever a fold throws is an event's fault, but for what the database answered to its questions. */
export async function folding<T>(lookUps: Loader, fold: (loader: Loader) => Promise<T>): Promise<T> {
  const answers = new WeakSet<object>();
  const query = (statement: QueryConfig) =>
    lookUps.query(statement).catch((error: Error) => {
      answers.add(error);
      throw error;
    });
  try {
    return await fold({ query: query as Loader['query'] });
  } catch (error) {
    throw answers.has(error as Error) ? poisonIfRefused(error) : new PoisonError(error as Error);
  }
}

/** Wraps an error in PoisonError when values of an event caused it; returns other errors, such as a lost connection, as they are. */
export function poisonIfRefused(error: unknown): unknown {
  if (error instanceof PoisonError || classifyFailure(error) !== 'rejected') return error;
  return new PoisonError(error as Error);
}
