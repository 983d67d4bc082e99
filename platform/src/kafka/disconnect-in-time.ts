import { withTimeLimit } from '../time/index.js';

/** Milliseconds that brokers which may be frozen have for a farewell. */
const LIMIT = 1_000;

/** Disconnects a client of the library, or leaves it to itself. Never rejects. */
export async function disconnectInTime(client: { disconnect(): Promise<void> }): Promise<void> {
  await withTimeLimit(
    LIMIT,
    client.disconnect().catch(() => {}),
    () => {},
  );
}
