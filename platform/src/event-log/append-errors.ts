import pg from 'pg';
import { SQLSTATE } from '../postgres/index.js';

/** Why an append was not acknowledged. */
export class AppendError extends Error {
  override readonly name = 'AppendError';

  constructor(
    readonly code:
      | 'queue_full'
      | 'database_unavailable'
      /** Refusal because one clock is wrong: that of this process, or that of the database. */
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

/** The refusal that a statement's error stands for; undefined for errors that have nothing to do with the clock. */
export function clockRefusalOf(error: unknown): AppendError | undefined {
  if (!(error instanceof pg.DatabaseError) || error.code !== SQLSTATE.timeAhead) return undefined;
  // Messages end without a full stop, so that callers can add to them.
  const advice = error.hint === undefined ? '' : `. ${error.hint.replace(/\.$/, '')}`;
  return new AppendError('clock_refused', error.message + advice, { cause: error });
}
