/**
 * Signal that aborts at Ctrl-C and SIGTERM, for a command that has something to finish or to print before it ends. A terminal's
 * Ctrl-C comes twice where npm passes it on, so further ones are ignored.
 */
export function leaveSignal(): AbortSignal {
  const leaving = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => leaving.abort());
  return leaving.signal;
}

/** Exit code of a command that was ended by Ctrl-C, as shells report it. */
export const INTERRUPTED = 130;
