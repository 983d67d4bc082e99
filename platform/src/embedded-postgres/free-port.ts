import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { EmbeddedPostgresError, systemErrorCode } from './errors.js';

// Below the range out of which Linux (32768 up) and macOS (49152 up) number outgoing connections. A port of
// that range can be taken by any connection while the server restarts, even by a client that tries to reconnect to it:
// TCP lets it connect to itself.
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 100;

/** A port on 127.0.0.1 that nobody listens on: `preferred` if it is free, else one at random. */
export async function findFreePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  for (let tries = 0; tries < TRIES; tries++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new EmbeddedPostgresError(
    'start_failed',
    `None of ${TRIES} ports between ${LOWEST} and ${HIGHEST} on 127.0.0.1 is free.`,
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
