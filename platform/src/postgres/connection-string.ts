/**
 * Parameters that pg obeys before our own, and that would change what a connection is or for how long it waits.
 */
const OURS = [
  'replication',
  'binary',
  'client_encoding',
  'query_timeout',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
];

/**
 * The connection string without parameters that the product decides itself. An administrator's `options` stays: what
 * they set is set at the start of a session, and what a session needs after that.
 */
export function ownParametersOf(connectionString: string): string {
  if (!connectionString.includes('?') || !URL.canParse(connectionString)) return connectionString;
  const url = new URL(connectionString);
  const taken = OURS.filter((name) => url.searchParams.has(name));
  if (taken.length === 0) return connectionString;
  for (const name of taken) url.searchParams.delete(name);
  return url.href;
}
