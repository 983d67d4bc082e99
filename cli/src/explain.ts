import { ConfigError } from '@att/platform/config';
import { ClientError } from './client/errors.js';
import { explainDatabase } from './explain-database.js';
import { FileError } from './transfer/errors.js';

/** Failures that a person can act on, told in a sentence; the stack is for all others. */
const EXPECTED = [ClientError, ConfigError, FileError];

export async function explain(error: unknown): Promise<string> {
  if (!(error instanceof Error)) return String(error);
  const isOf = (expected: abstract new (...args: never[]) => Error) => error instanceof expected;
  if (EXPECTED.some(isOf) || (await expectedOfServices()).some(isOf)) return error.message;
  return explainDatabase(error) ?? error.stack ?? error.message;
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
    postgres.ServerTooOldError,
    postgres.SessionError,
    postgres.UnfitDatabaseError,
  ];
}
