/** `require_auth` of a connection string, as libpq has it: how the server must ask who we are. */
import type pg from 'pg';

const METHODS = ['password', 'md5', 'scram-sha-256', 'none'] as const;
type Method = (typeof METHODS)[number];

/** A server that asked for the password in a way that gives it away, or for nothing, where more was demanded. */
export class AuthenticationRefusedError extends Error {
  override readonly name = 'AuthenticationRefusedError';
  readonly code = 'authentication_refused';
}

/** Part of pg's connection that is used; its types leave it out. */
interface Messages {
  stream: { destroy(error: Error): void };
  on(event: string, listener: () => void): void;
  removeAllListeners(event: string): void;
}

const ASKED: Readonly<Record<string, Method>> = {
  authenticationCleartextPassword: 'password',
  authenticationMD5Password: 'md5',
  authenticationSASL: 'scram-sha-256',
};

/**
 * Closes the connection before the password, or a statement, goes to a server that does not authenticate as the connection
 * string demands. pg itself answers every method that a server asks for. Call it before the client connects.
 *
 * @throws AuthenticationRefusedError for a method that does not exist
 */
export function requireAuthentication(client: pg.Client, connectionString: string | undefined): void {
  const allowed = allowedMethods(connectionString);
  if (allowed === undefined) return;
  const connection = (client as unknown as { connection: Messages }).connection;
  let method: Method = 'none';
  let isProven = false;
  const judge = () => {
    if (allowed.has(method)) return;
    // A message in the same packet would still make it count as connected.
    connection.removeAllListeners('readyForQuery');
    connection.stream.destroy(new AuthenticationRefusedError(sentence(method)));
  };
  for (const [event, asked] of Object.entries(ASKED)) {
    connection.on(event, () => {
      method = asked;
      judge();
    });
  }
  connection.on('authenticationSASLFinal', () => {
    isProven = true;
  });
  connection.on('authenticationOk', () => {
    if (method === 'scram-sha-256' && !isProven) method = 'none';
    judge();
  });
}

function sentence(method: Method): string {
  const how = method === 'none' ? 'lets us in without asking for a password' : `asks for it by ${method}`;
  return `the server of the database ${how}, which require_auth does not allow: another program may have taken its place`;
}

function allowedMethods(connectionString: string | undefined): ReadonlySet<Method> | undefined {
  const text = connectionString === undefined ? null : parametersOf(connectionString).get('require_auth');
  if (text === null || text === '') return undefined;
  const names = text.split(',').map((name) => name.trim());
  const isExclusion = names.every((name) => name.startsWith('!'));
  const named = names.map((name) =>
    METHODS.find((method) => method === (isExclusion ? name.slice(1) : name)),
  );
  if (named.includes(undefined)) {
    throw new AuthenticationRefusedError(
      `require_auth of the database's URL may name ${METHODS.join(', ')}, with commas, or all with a ! before`,
    );
  }
  return new Set(METHODS.filter((method) => named.includes(method) !== isExclusion));
}

function parametersOf(connectionString: string): URLSearchParams {
  return new URLSearchParams(/\?(.*)$/s.exec(connectionString)?.[1] ?? '');
}
