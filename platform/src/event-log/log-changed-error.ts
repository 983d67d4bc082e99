/** The log is not the one that a reader remembers: a lagging standby was promoted, or a backup was restored. */
export class LogChangedError extends Error {
  override readonly name = 'LogChangedError';
  readonly code = 'log_changed';

  /**
   * @param position the place that the reader remembers
   * @param epoch of the log as it is now
   * @param head position of its last event
   */
  constructor(
    readonly position: number,
    readonly epoch: string,
    readonly head: number,
  ) {
    super(
      head < position
        ? `the log ends at position ${head}, before the position ${position} that was read: it is another log now`
        : `the log has another event at position ${position} than the one that was read: it is another log now`,
    );
  }
}
