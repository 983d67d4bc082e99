import { ConfigError } from '@att/platform/config';
import { EmbeddedPostgresError } from '@att/platform/embedded-postgres';
import { PortTakenError } from '@att/platform/http';
import { SchemaNotCurrentError, SchemaTooNewError } from '@att/platform/postgres';

/** Failures that a person can act on, told in a sentence; the stack is for all others. */
const EXPECTED = [
  ConfigError,
  EmbeddedPostgresError,
  PortTakenError,
  SchemaNotCurrentError,
  SchemaTooNewError,
];

export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (EXPECTED.some((expected) => error instanceof expected)) return error.message;
  const { code } = error as { code?: unknown };
  if (code === 'ECONNREFUSED') return `the database cannot be reached: ${error.message}`;
  if (code === '28P01' || code === '28000') return `the database refuses this user: ${error.message}`;
  if (code === '3D000') return `${error.message}: make it first, for example with createdb`;
  return error.stack ?? error.message;
}
