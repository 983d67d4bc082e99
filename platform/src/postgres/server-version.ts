/** The oldest major release that migrations and tests are made for. */
const OLDEST = 15;

export class ServerTooOldError extends Error {
  override readonly name = 'ServerTooOldError';
  readonly code = 'server_too_old';
}

/** @throws ServerTooOldError */
export async function refuseOldServer(client: {
  query(text: string): Promise<{ rows: { version: string; number: string }[] }>;
}): Promise<void> {
  const { rows } = await client.query(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num') AS number`,
  );
  const [server] = rows;
  if (server === undefined || Number(server.number) >= OLDEST * 10_000) return;
  throw new ServerTooOldError(
    `the database is PostgreSQL ${server.version}, and ${OLDEST} or newer is needed: upgrade it, or use another`,
  );
}
