/** Recognises errors of a connection, which pg and Node report in many ways. */

/** Codes of Node for sockets, streams and names, and of OpenSSL for certificates. */
const CODES =
  /^(E(ADDR|AI_|CONN|HOST|NET|NOTFOUND|PIPE|PROTO|SOCKET|TIMEDOUT)|ERR_(STREAM|SOCKET|SSL|TLS)_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/** Messages that pg gives without a code. */
const MESSAGES =
  /connection terminated|timeout expired|timeout exceeded when trying to connect|query read timeout|encountered a connection error|client was closed|calling end on the pool|connection to the event log was closed|establishing an SSL connection|does not support SSL|^SASL: |unexpected \w+ message from backend/i;

export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  // Failures before the connection was there: an unknown name, a socket file that is gone.
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
  if (typeof code === 'string' && CODES.test(code)) return true;
  return MESSAGES.test(error.message);
}
