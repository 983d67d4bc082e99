/**
 * The work of this projector is out of date: another projector or an operator changed the register or a checkpoint. Trying again
 * from the same memory cannot help, and nothing is broken: the projector starts over from the register.
 */
export class SupersededError extends Error {
  override readonly name: string = 'SupersededError';
  readonly code: string = 'superseded';
}

/** The checkpoint or the lease is another projector's: a write from stale memory was refused. */
export class FencedError extends SupersededError {
  override readonly name = 'FencedError';
  override readonly code = 'fenced';
}

/** The build was cancelled while it went on. */
export class CancelledError extends SupersededError {
  override readonly name = 'CancelledError';
  override readonly code = 'cancelled';
}
