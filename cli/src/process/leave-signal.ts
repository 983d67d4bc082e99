/**
 * Aborts at Ctrl-C and SIGTERM, for a command that has something to finish or to say before it ends. A terminal's
 * Ctrl-C comes twice where npm passes it on, so each further one is the same wish.
 */
export function leaveSignal(): AbortSignal {
  const leaving = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => leaving.abort());
  return leaving.signal;
}

/** Exit code, as a shell tells of a command that Ctrl-C has ended. */
export const INTERRUPTED = 130;
