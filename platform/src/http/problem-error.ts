import { type BuildProgress, type FieldError, PROBLEMS, type ProblemCode } from '@att/contracts';

export interface ProblemOptions extends ErrorOptions {
  errors?: readonly FieldError[];
  /** Headers to send with the document. */
  headers?: Readonly<Record<string, string>>;
  /** Seconds after which to send the request again, for problems with status 429 or 503; 1 by default. */
  retryAfter?: number;
  /** Progress of the build that the caller waits for. */
  progress?: BuildProgress;
}

/** Statuses that say: not now. */
const RETRIED: ReadonlySet<number> = new Set([429, 503]);

/** A failure that is reported to the caller as a problem document. Every 429 and 503 carries `Retry-After`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;
  readonly progress: BuildProgress | undefined;

  /** @param detail what is wrong and what to do about it; never a secret or an internal */
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    { errors = [], headers = {}, retryAfter = 1, progress, ...options }: ProblemOptions = {},
  ) {
    super(detail, options);
    this.errors = errors;
    this.headers = RETRIED.has(PROBLEMS[code].status)
      ? { 'Retry-After': String(retryAfter), ...headers }
      : headers;
    this.progress = progress;
  }
}
