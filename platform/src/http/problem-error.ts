import type { BuildProgress, FieldError, ProblemCode } from '@att/contracts';

/** A failure that the caller is told about, as a problem document. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  /** How far the build is that the caller waits for. */
  readonly progress: BuildProgress | undefined;

  /**
   * @param detail what is wrong here and what to do about it; never a secret or an internal
   * @param headers sent beside the document, such as `Retry-After`
   */
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly errors: readonly FieldError[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
    options?: ErrorOptions & { progress?: BuildProgress },
  ) {
    super(detail, options);
    this.progress = options?.progress;
  }
}
