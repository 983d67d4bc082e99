import type { CloseReason } from '@att/contracts';

/** Refusal of a socket; code and message are sent in the close frame. */
export class SocketRefusedError extends Error {
  override readonly name = 'SocketRefusedError';

  /** @param message for the client; never a secret or an internal */
  constructor(
    readonly code: CloseReason,
    message: string,
  ) {
    super(message);
  }
}
