/** Errors that brokers answer with, by their names in the protocol. */
export type ProtocolErrorType =
  | 'UNKNOWN_TOPIC_OR_PARTITION'
  | 'INVALID_CONFIG'
  | 'INVALID_REPLICATION_FACTOR'
  | 'TOPIC_AUTHORIZATION_FAILED'
  | 'CLUSTER_AUTHORIZATION_FAILED'
  | 'SASL_AUTHENTICATION_FAILED'
  | 'UNSUPPORTED_SASL_MECHANISM'
  | 'ILLEGAL_SASL_STATE';

/** Recognises them by their type: Node finds no error classes among the exports of the library, which is CommonJS. */
export function isProtocolError(error: unknown, type: ProtocolErrorType): boolean {
  const { errors = [], cause } = error as { errors?: unknown[]; cause?: unknown };
  return [error, cause, ...errors].some((one) => (one as { type?: unknown } | undefined)?.type === type);
}
