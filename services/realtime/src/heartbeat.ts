import type { Client } from './client.js';

/**
 * Pings a client every `interval` milliseconds, and sends its position, so that the client of a quiet project resumes
 * from a recent position. A client that did not answer since the last ping is cut off. Each socket has a timer of its
 * own, which spreads the heartbeats of all sockets.
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
