/** A database that the product cannot use as it is. The message says what is wrong, and what to do. */
export class UnfitDatabaseError extends Error {
  override readonly name = 'UnfitDatabaseError';

  constructor(
    readonly code:
      | 'schema_too_new'
      | 'schema_not_current'
      | 'schema_taken'
      | 'not_the_owner'
      | 'wrong_encoding'
      | 'in_recovery'
      | 'no_extension'
      | 'extension_out_of_reach'
      | 'may_not_create'
      | 'transaction_pooling'
      | 'pool_too_small'
      | 'unfit_replica',
    message: string,
  ) {
    super(message);
  }
}
