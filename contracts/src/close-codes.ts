/** Why the server closes a socket (RFC 6455, section 7.4; 4000 and up are ours). */
export const CLOSE_CODES = {
  /** Replay reached `until`. */
  done: 1000,
  /** No key or a wrong one; sent after accepting, as browsers do not see an HTTP status. */
  unauthorized: 1008,
  messageTooLarge: 1009,
  /** The server restarts: reconnect with `after`. */
  restarting: 1012,
  badParameter: 4400,
  keyExpired: 4401,
  forbidden: 4403,
  /** Unsent bytes passed the bound: reconnect with `after`. */
  tooSlow: 4408,
  tooMany: 4429,
} as const;

export type CloseReason = keyof typeof CLOSE_CODES;
