import type { CloseReason } from '@att/contracts';

/** Why a client may not come in, or stay; it is told both in the close frame. */
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
