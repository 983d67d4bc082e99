import { ConfigError } from '@att/platform/config';
import { ClientError } from './client/errors.js';

import { FileError } from './transfer/errors.js';

/** Errors that a person can act on: their message is a sentence. All others are shown with their stack. */
const EXPECTED_ERRORS = [ClientError, ConfigError, FileError];

export async function explain(error: unknown): Promise<string> {
  if (!(error instanceof Error)) return String(error);
  const isInstanceOf = (expected: abstract new (...args: never[]) => Error) => error instanceof expected;
  if (EXPECTED_ERRORS.some(isInstanceOf) || (await expectedErrorsOfPlatform()).some(isInstanceOf))
    return error.message;
  const { explainDatabase } = await import('./explain-database.js');
  return explainDatabase(error) ?? error.stack ?? error.message;
}

/** Errors of the platform, imported on demand: a command that uses HTTP needs nothing else of these modules. */
async function expectedErrorsOfPlatform() {
  const { EmbeddedPostgresError } = await import('@att/platform/embedded-postgres');
  const { AppendError, LogChangedError, NothingToAcceptError } = await import('@att/platform/event-log');
  const { PortTakenError } = await import('@att/platform/http');
  const { BrokersError } = await import('@att/platform/kafka');
  const postgres = await import('@att/platform/postgres');
  return [
    AppendError,
    BrokersError,
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
