/** Errors of a call to a server; each message is a sentence for the person who typed the command. */
import type { Problem } from '@att/contracts';

export class ClientError extends Error {}

/** Error of a call that got no answer. */
export class ServerUnreachableError extends ClientError {
  override readonly name = 'ServerUnreachableError';
  readonly code = 'server_unreachable';

  constructor(url: string, cause: unknown) {
    super(`no server answers at ${url}: start one with att start, or say where it is with --url or ATT_URL`, {
      cause,
    });
  }
}

/** Error of a call that the server answered with a problem document. */
export class RefusedError extends ClientError {
  override readonly name = 'RefusedError';
  readonly code: Problem['code'];
  readonly status: number;

  /** @param retryAfter seconds after which it may be asked again, where the server says so */
  constructor(
    url: string,
    { code, status, detail, request_id }: Problem,
    readonly retryAfter: number | undefined,
  ) {
    super(sentenceOf(url, code, detail, request_id));
    this.code = code;
    this.status = status;
  }
}

/** Error of a call that something else answered, such as a proxy or another server. */
export class ForeignAnswerError extends ClientError {
  override readonly name = 'ForeignAnswerError';
  readonly code = 'foreign_answer';

  constructor(
    url: string,
    readonly status: number,
  ) {
    super(`what answers at ${url} (with status ${status}) is no Agent Task Tracker of this release`);
  }
}

/** True for an error that may go away by itself, so that a retry makes sense. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ServerUnreachableError) return true;
  if (!(error instanceof RefusedError || error instanceof ForeignAnswerError)) return false;
  return error.status >= 500 || error.status === 429;
}

const UNAVAILABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * True when the server is down, starts, drains or has too much to do, or the key has reached its limit; a proxy in front of
 * it answers 429 and 502 to 504, too.
 */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof ServerUnreachableError) return true;
  return (
    (error instanceof RefusedError || error instanceof ForeignAnswerError) && UNAVAILABLE.has(error.status)
  );
}

function sentenceOf(url: string, code: Problem['code'], detail: string, requestId: string): string {
  if (code === 'unauthorized') {
    return `the server at ${url} does not know this API key: set API_KEY to one that it knows, or DATA_DIR to its data directory`;
  }
  return code === 'internal_error' ? `${detail} (${requestId})` : detail;
}
