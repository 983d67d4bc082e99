import pg from 'pg';

/** Why an append was not acknowledged. */
export class AppendError extends Error {
  override readonly name = 'AppendError';

  constructor(
    readonly code:
      | 'queue_full'
      | 'database_unavailable'
      /** One clock is wrong: that of this process, or that of the database. */
      | 'clock_refused'
      | 'outcome_unknown'
      | 'shutting_down'
      | 'rejected',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** SQLSTATE of the trigger `head_time`: the time to record is far ahead of the database's clock. */
const TIME_AHEAD = 'T0001';

/** The refusal that a statement's error stands for, where it is one of the clock; else undefined. */
export function clockRefusalOf(error: unknown): AppendError | undefined {
  if (!(error instanceof pg.DatabaseError) || error.code !== TIME_AHEAD) return undefined;
  // Messages have no full stop at their end: whoever shows one goes on from there.
  const advice = error.hint === undefined ? '' : `. ${error.hint.replace(/\.$/, '')}`;
  return new AppendError('clock_refused', error.message + advice, { cause: error });
}
