/** Why an append was not acknowledged. */
export class AppendError extends Error {
  override readonly name = 'AppendError';

  constructor(
    readonly code: 'queue_full' | 'database_unavailable' | 'outcome_unknown' | 'shutting_down' | 'rejected',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
