/** Why the server closes a socket (RFC 6455, section 7.4; 4000 and up are ours). */
export const CLOSE_CODES = {
  done: 1000,
  unauthorized: 1008,
  messageTooLarge: 1009,
  restarting: 1012,
  badParameter: 4400,
  keyExpired: 4401,
  forbidden: 4403,
  tooSlow: 4408,
  tooMany: 4429,
} as const;

export type CloseReason = keyof typeof CLOSE_CODES;

/** The same for those who write clients. */
export const CLOSE_MEANINGS: Readonly<Record<CloseReason, string>> = {
  done: 'The replay has reached until',
  unauthorized: 'No key or a wrong one; sent after accepting, as browsers do not see an HTTP status',
  messageTooLarge: 'A message of the client is too large',
  restarting: 'The server restarts, or the log was replaced: reconnect with after and epoch',
  badParameter: 'A parameter is wrong; the reason names it',
  keyExpired: 'The key was revoked or has expired',
  forbidden: 'The key lacks the scope or the project',
  tooSlow: 'Too much was waiting to be read: reconnect with after',
  tooMany: 'Too many sockets, messages or reads for this key: reconnect later',
};
