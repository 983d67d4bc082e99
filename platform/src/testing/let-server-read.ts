import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves once a server of this process has read what was sent to it. A busy machine may run a timer late, and then before
 * it looks at sockets: so turns of the event loop follow.
 */
export async function letServerRead(): Promise<void> {
  await sleep(30);
  for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
}
