/** The statements of a batch: encoded as soon as they are folded, sent when the batch before it is written. */
import type { ClientBase } from 'pg';
import { type CopyIn, copyTogether } from './copy-together.js';

/** Sends one statement. */
export type Send = (client: ClientBase) => Promise<unknown>;
/** Encodes a statement's rows; undefined when there are none. */
export type Write = () => CopyIn | Send | undefined;

/** What a fold changes, encoded. New rows may be written before all else. */
export type Encoded = readonly (CopyIn | Send)[];

/** Rows become bytes outside of the heap at once: collections, which copy what outlives them, are a fifth of the time. */
export function encodeWrites(writes: readonly Write[]): Encoded {
  return writes.map((write) => write()).filter((encoded) => encoded !== undefined);
}

export async function sendEncoded(client: ClientBase, changes: Encoded): Promise<void> {
  const copies = changes.filter((change) => typeof change !== 'function');
  if (copies.length > 0) await copyTogether(client, copies);
  for (const change of changes) if (typeof change === 'function') await change(client);
}
