/** Explanation of a database's error in a sentence: what pg, Node or the server reports, and what to do about it. */
import { SQLSTATE } from '@att/platform/postgres';

interface ErrorFields {
  message: string;
  code?: unknown;
  severity?: unknown;
  hint?: unknown;
  syscall?: unknown;
  path?: unknown;
}

/** Explanation; undefined for an error that does not come from a database. */
export function explainDatabase(error: Error): string | undefined {
  const fields: ErrorFields = error;
  return ofNetwork(error, fields) ?? ofTls(fields) ?? (isServerError(fields) ? ofServer(fields) : undefined);
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

/** Messages of pg's own errors, which have no code. */
const WITHOUT_ANSWER = /^(timeout expired|Connection terminated|Query read timeout)/;

function ofNetwork(error: Error, { message, code, syscall }: ErrorFields): string | undefined {
  const isUnreachable = UNREACHABLE.has(code) || WITHOUT_ANSWER.test(message) || syscall === 'connect';
  return isUnreachable ? `the database cannot be reached: ${reasonOf(error)}` : undefined;
}

/** Reason of an error. A host name with several addresses fails with an error for each, and no message of its own. */
function reasonOf(error: Error): string {
  if (!(error instanceof AggregateError)) return error.message;
  return error.errors.map((one) => (one as Error).message).join('; ');
}

const UNTRUSTED =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF).*)$/;
const FILES = 'sslrootcert, sslcert or sslkey of DATABASE_URL';

function ofTls({ message, code, syscall, path }: ErrorFields): string | undefined {
  const is = (pattern: RegExp) => typeof code === 'string' && pattern.test(code);
  if (is(UNTRUSTED)) {
    return `the database’s certificate is not trusted (${message}): name its authority’s file with sslrootcert=FILE in DATABASE_URL, or say sslmode=no-verify to trust any server`;
  }
  if (is(/^ERR_TLS_CERT_ALTNAME_INVALID$/)) {
    return `the database’s certificate is for another host (${message}): use the name that it is for in DATABASE_URL`;
  }
  if (is(/^CERT_/)) return `the database’s certificate is not valid: ${message}`;
  if (is(/^ERR_OSSL_/))
    return `${FILES} is no usable PEM file, or key and certificate are no pair: ${message}`;
  if (is(/^ERR_(SSL|TLS)_/)) return `there is no TLS connection to the database: ${message}`;
  if (message === 'The server does not support SSL connections') {
    return 'the database server offers no TLS: switch it on there (ssl = on), or say sslmode=disable in DATABASE_URL';
  }
  if (message.startsWith('There was an error establishing an SSL connection')) {
    return 'the database server broke off before TLS began: is DATABASE_URL’s port that of PostgreSQL?';
  }
  if (syscall === 'open' && typeof path === 'string') {
    return `the file ${path} of ${FILES} cannot be read: ${message.split(',')[0]}`;
  }
  if (/sslmode=verify-ca requires/.test(message))
    return 'sslmode=verify-ca in DATABASE_URL needs sslrootcert=FILE';
  if (/sslnegotiation/.test(message)) return `DATABASE_URL: ${message}`;
  return undefined;
}

/** True for an error that the server sent, which has a severity, or for one of its authentication (SASL), which fails in pg. */
function isServerError({ message, severity }: ErrorFields): boolean {
  return typeof severity === 'string' || message.startsWith('SASL: ');
}

function ofServer({ message, code, hint }: ErrorFields): string {
  if (/client password must be a (non-empty )?string/.test(message)) {
    return 'the database wants a password, and DATABASE_URL has none';
  }
  if (code === SQLSTATE.invalidAuthorization && /no encryption/.test(message)) {
    return `the database refuses this user: ${message}: it may want TLS, as with sslmode=verify-full in DATABASE_URL`;
  }
  switch (code) {
    case SQLSTATE.invalidPassword:
    case SQLSTATE.invalidAuthorization:
      return `the database refuses this user: ${message}`;
    case SQLSTATE.invalidCatalogName:
      return `${message}: make it first, for example with createdb`;
    case SQLSTATE.tooManyConnections:
      return `the database takes no more connections (${message}): raise its max_connections`;
    case SQLSTATE.cannotConnectNow:
      return `the database does not take connections now: ${message}`;
    case SQLSTATE.insufficientPrivilege:
      return `this user may not do what is needed: ${message}: connect as the owner of the database`;
    default: {
      const more = typeof hint === 'string' ? `: ${hint}` : '';
      return `the database refuses: ${message}${more} (SQLSTATE ${String(code)})`;
    }
  }
}
