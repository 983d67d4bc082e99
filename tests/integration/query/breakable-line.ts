/** A line to the database that can fall silent, as when the machine at its other end loses power. */
import { connect, createServer, type Socket } from 'node:net';

export interface BreakableLine {
  port: number;
  /** From now on nothing passes, and nobody is told. */
  fallSilent(): void;
  /** Everything passes again, what was held back included. */
  speak(): void;
  close(): Promise<void>;
}

export async function createBreakableLine(target: { host: string; port: number }): Promise<BreakableLine> {
  const sockets = new Set<Socket>();
  let isSilent = false;
  const server = createServer((client) => {
    const upstream = connect(target);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('data', (chunk) => other.write(chunk));
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      if (isSilent) socket.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    fallSilent() {
      isSilent = true;
      for (const socket of sockets) socket.pause();
    },
    speak() {
      isSilent = false;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
