/** SQL of the hash at a position of the log, in lower-case hex; null where the log has no event there. */
export const hashAt = (position: string): string =>
  `(SELECT encode(hash, 'hex') FROM log.events WHERE log.events.position = ${position})`;
