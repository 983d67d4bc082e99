/** Check of an API key by a read, so that the gate can say what is wrong with it. */
import { ApiProblem } from '../api/errors';
import { makeClient } from '../api/make-client';

export type KeyVerdict = 'accepted' | 'wrong' | 'no_read_scope';

/** @throws errors that have nothing to do with the key, as ServerUnreachable */
export async function checkKey(apiKey: string, fetcher?: typeof fetch): Promise<KeyVerdict> {
  const client = makeClient({ apiKey, ...(fetcher === undefined ? {} : { fetch: fetcher }) });
  try {
    await client.read('listProjects', { query: { limit: 1 } });
    return 'accepted';
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return 'wrong';
    if (error instanceof ApiProblem && error.status === 403) return 'no_read_scope';
    throw error;
  }
}

/** True for a key that a header can carry: any other character is a slip of the clipboard. */
export function isSendable(key: string): boolean {
  return /^[\x21-\x7e]+$/.test(key);
}
