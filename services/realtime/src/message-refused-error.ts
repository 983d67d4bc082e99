import type { SocketErrorCode } from '@att/contracts';

/** Why a client's message is not carried out; it is told both in an error frame, and the socket goes on. */
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
