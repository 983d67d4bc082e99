import { UnaddressableName } from '@att/contracts';
import { ConfigError } from '@att/platform/config';
import { EmbeddedPostgresError } from '@att/platform/embedded-postgres';
import { PortTakenError } from '@att/platform/http';
import { SchemaNotCurrentError, SchemaTooNewError, ServerTooOldError } from '@att/platform/postgres';
import { ClientError } from './client/errors.js';
import { FileError } from './transfer/errors.js';

/** Failures that a person can act on, told in a sentence; the stack is for all others. */
const EXPECTED = [
  ClientError,
  ConfigError,
  EmbeddedPostgresError,
  FileError,
  PortTakenError,
  SchemaNotCurrentError,
  SchemaTooNewError,
  ServerTooOldError,
  UnaddressableName,
];

export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (EXPECTED.some((expected) => error instanceof expected)) return error.message;
  const { code } = error as { code?: unknown };
  if (isUnreachable(error, code)) return `the database cannot be reached: ${reasonOf(error)}`;
  if (code === '28P01' || code === '28000') return `the database refuses this user: ${error.message}`;
  if (code === '3D000') return `${error.message}: make it first, for example with createdb`;
  return error.stack ?? error.message;
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

/** pg's own time-out has no code. */
function isUnreachable(error: Error, code: unknown): boolean {
  return UNREACHABLE.has(code) || error.message === 'timeout expired';
}

/** A name with several addresses fails with an error for each, and no message of its own. */
function reasonOf(error: Error): string {
  if (!(error instanceof AggregateError)) return error.message;
  return error.errors.map((one) => (one as Error).message).join('; ');
}
