import pg from 'pg';
import { OWNER_ROLE } from './initialise-cluster.js';

/** Makes the database if it does not exist yet; the server has only just been made or started. */
export async function ensureDatabase(target: {
  port: number;
  password: string;
  database: string;
}): Promise<void> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: target.port,
    user: OWNER_ROLE,
    password: target.password,
    database: 'postgres',
  });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [target.database]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(target.database)}`);
  } finally {
    await client.end();
  }
}
