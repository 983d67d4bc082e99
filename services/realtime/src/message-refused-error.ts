import type { SocketErrorCode } from '@att/contracts';

/** Refusal of a client's message; code and message are sent in an error frame, and the socket stays open. */
export class MessageRefusedError extends Error {
  override readonly name = 'MessageRefusedError';

  /** @param message for the client; never a secret or an internal */
  constructor(
    readonly code: SocketErrorCode,
    message: string,
  ) {
    super(message);
  }
}
