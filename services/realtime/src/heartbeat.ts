import type { Client } from './client.js';

/**
 * Asks a client every `interval` milliseconds whether it is there, and tells it where it stands, so
 * that the client of a quiet project resumes from a recent place. One that was not heard of since the
 * last time is cut off. A timer of its own for each socket spreads the beats of all of them.
 */
export function startHeartbeat(client: Client, interval: number, positionFrame: () => Buffer): void {
  let isAlive = true;
  client.onSignOfLife(() => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!client.isOpen) return;
    if (!isAlive) return client.terminate();
    isAlive = false;
    client.ws.ping();
    client.write(positionFrame());
  }, interval);
  client.ws.on('close', () => clearInterval(timer));
}
