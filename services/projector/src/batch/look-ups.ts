import type { Pool } from 'pg';
import type { Loader } from '../rows/loader.js';
import type { GenerationWriter } from './generation-writer.js';

/** A fold needs rows of tables that have no keys yet. */
export class KeysNeededError extends Error {
  override readonly name = 'KeysNeededError';

  constructor() {
    super('the tables of the build have no keys yet');
  }
}

/** Loader for the folds of a generation. Without keys each look-up would read a whole table, so it is refused. */
export function lookUps(pool: Pool, { hasKeys }: Pick<GenerationWriter, 'hasKeys'>): Loader {
  return hasKeys ? pool : WITHOUT_KEYS;
}

const WITHOUT_KEYS: Loader = {
  query: (() => Promise.reject(new KeysNeededError())) as Loader['query'],
};
