/** Error of brokers that do not answer or do not let us in; its message is a sentence for operators. */
export class BrokersError extends Error {
  override readonly name = 'BrokersError';
  readonly code = 'brokers_error';

  constructor(brokers: readonly string[], reason: string) {
    super(`the brokers of KAFKA_BROKERS (${brokers.join(', ')}) cannot be used: ${reason}`);
  }
}
