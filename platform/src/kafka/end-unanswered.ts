import type { Socket } from 'node:net';

/** Looks within the limit: the end comes at most that part of it late. */
const LOOKS = 8;

/**
 * Ends a connection once something was written since its last byte came, and no other byte has come for so many
 * milliseconds. An idle one is left alone, and what is written again does not prolong the wait.
 */
export function endUnanswered(socket: Socket, limit: number): void {
  let answered = socket.bytesWritten;
  let waitingSince: number | undefined;
  socket.on('data', () => {
    answered = socket.bytesWritten;
    waitingSince = undefined;
  });
  const timer = setInterval(() => {
    if (socket.bytesWritten === answered) return;
    waitingSince ??= performance.now();
    if (performance.now() < waitingSince + limit) return;
    socket.destroy(new Error(`no answer within ${limit} ms`));
  }, limit / LOOKS).unref();
  socket.once('close', () => clearInterval(timer));
}
