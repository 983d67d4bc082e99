import { findFreePort } from '../embedded-postgres/free-port.js';

/**
 * Ports below those out of which systems number outgoing connections (Linux from 32768 up): a connection of another test
 * would take one of them before the process that it was found for listens. Below those of embedded databases (20,000 up),
 * too, and above 10,080, which `fetch` refuses (Fetch standard, port blocking).
 */
const LOWEST = 10_100;
/** Ports of each worker of a run, and number of such shares: a port is free until its process listens, and while that is killed. */
const SHARE = 600;
const SHARES = 16;

/** Ports that were given last, and are not given again soon. */
const given: number[] = [];
const KEPT = 200;

/** A port of 127.0.0.1 that nobody listens on, and that no other test is given. */
export async function freePort(): Promise<number> {
  const from = LOWEST + (Number(process.env.VITEST_POOL_ID ?? 0) % SHARES) * SHARE;
  for (;;) {
    const port = await findFreePort([from, from + SHARE]);
    if (given.includes(port)) continue;
    given.push(port);
    if (given.length > KEPT) given.shift();
    return port;
  }
}
