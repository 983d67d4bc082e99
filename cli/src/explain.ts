import { ConfigError } from '@att/platform/config';
import { ClientError } from './client/errors.js';
import { FileError } from './transfer/errors.js';

/** Failures that a person can act on, told in a sentence; the stack is for all others. */
const EXPECTED = [ClientError, ConfigError, FileError];

export async function explain(error: unknown): Promise<string> {
  if (!(error instanceof Error)) return String(error);
  const isOf = (expected: abstract new (...args: never[]) => Error) => error instanceof expected;
  if (EXPECTED.some(isOf) || (await expectedOfServices()).some(isOf)) return error.message;
  const { code } = error as { code?: unknown };
  if (isUnreachable(error, code)) return `the database cannot be reached: ${reasonOf(error)}`;
  if (code === '28P01' || code === '28000') return `the database refuses this user: ${error.message}`;
  if (code === '42501') {
    return `the database user may not do this (${error.message}): take its owner, or a user with the role att_reader to read the log`;
  }
  if (code === '3D000') return `${error.message}: make it first, for example with createdb`;
  return error.stack ?? error.message;
}

/** Loaded only now: a command that talks to a server over HTTP has no other use for them. */
async function expectedOfServices() {
  const { EmbeddedPostgresError } = await import('@att/platform/embedded-postgres');
  const { AppendError, LogChangedError, NothingToAcceptError } = await import('@att/platform/event-log');
  const { PortTakenError } = await import('@att/platform/http');
  const postgres = await import('@att/platform/postgres');
  return [
    AppendError,
    LogChangedError,
    NothingToAcceptError,
    EmbeddedPostgresError,
    PortTakenError,
    postgres.AuthenticationRefusedError,
    postgres.SchemaNotCurrentError,
    postgres.SchemaTooNewError,
    postgres.ServerTooOldError,
    postgres.SessionError,
  ];
}

const UNREACHABLE = new Set<unknown>([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
]);

/** pg's own time-out has no code. Of a Unix socket the file may be missing, closed to us, or its path too long. */
function isUnreachable(error: Error, code: unknown): boolean {
  const { syscall } = error as { syscall?: unknown };
  return syscall === 'connect' || UNREACHABLE.has(code) || error.message === 'timeout expired';
}

/** A name with several addresses fails with an error for each, and no message of its own. */
function reasonOf(error: Error): string {
  if (!(error instanceof AggregateError)) return error.message;
  return error.errors.map((one) => (one as Error).message).join('; ');
}
