import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { EmbeddedPostgresError, systemErrorCode } from './errors.js';

/** Ports from the first up to, but not including, the second. */
export type PortRange = readonly [lowest: number, end: number];

// Below the range out of which Linux (32768 up) and macOS (49152 up) number outgoing connections. A port of
// that range can be taken by any connection while the server restarts, even by a client that tries to reconnect to it:
// TCP lets it connect to itself.
const RANGE: PortRange = [20_000, 32_000];
const TRIES = 100;

/** A port of 127.0.0.1 at random that nobody listens on. */
export async function findFreePort([lowest, end]: PortRange = RANGE): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = randomInt(lowest, end);
    if (await isFree(port)) return port;
  }
  throw new EmbeddedPostgresError(
    'start_failed',
    `None of ${TRIES} ports between ${lowest} and ${end} on 127.0.0.1 is free.`,
  );
}

/** Whether a server could listen on this port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (systemErrorCode(error) === 'EADDRINUSE' || systemErrorCode(error) === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
