/** The statements of a batch: encoded as soon as they are folded, sent one after the other. */
import type { ClientBase } from 'pg';

/** Sends one statement. */
export type Send = (client: ClientBase) => Promise<unknown>;
/** Encodes a statement's rows; undefined when there are none. */
export type Write = () => Send | undefined;

/** Rows become bytes outside of the heap at once: as objects that outlive a collection or two they cost a fifth of the time. */
export function encodeWrites(writes: readonly Write[]): Send[] {
  return writes.map((write) => write()).filter((send) => send !== undefined);
}
