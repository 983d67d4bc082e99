/** The statements of a batch: encoded one ahead, sent one after the other. */
import type { ClientBase } from 'pg';

/** Sends one statement. */
export type Send = (client: ClientBase) => Promise<unknown>;
/** Encodes a statement's rows; undefined when there are none. */
export type Write = () => Send | undefined;

/** While the server works on one statement, the rows of the next are encoded. */
export async function sendWrites(client: ClientBase, writes: readonly Write[]): Promise<void> {
  let sending: Promise<unknown> = Promise.resolve();
  for (const write of writes) {
    const send = write();
    // A failure before this one must not go unheard while rows are encoded.
    await sending;
    if (send !== undefined) {
      sending = send(client);
      sending.catch(() => {});
    }
  }
  await sending;
}
