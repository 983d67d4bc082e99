import type { Pool } from 'pg';
import type { Loader } from '../rows/loader.js';
import type { GenerationWriter } from './generation-writer.js';

/** Rows are asked for, or about to be, of tables that have no keys yet. */
export class KeysNeededError extends Error {
  override readonly name = 'KeysNeededError';

  constructor() {
    super('the tables of the build have no keys yet');
  }
}

/** What the folds of a generation may ask: nothing while it has no keys, as most answers would be looked for in whole tables. */
export function lookUps(pool: Pool, { hasKeys }: Pick<GenerationWriter, 'hasKeys'>): Loader {
  return hasKeys ? pool : WITHOUT_KEYS;
}

const WITHOUT_KEYS: Loader = {
  query: (() => Promise.reject(new KeysNeededError())) as Loader['query'],
};
