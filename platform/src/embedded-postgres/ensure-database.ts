import pg from 'pg';
import { connectionConfig, Session } from '../postgres/index.js';
import { connectionStringOf, type Endpoint } from './endpoint.js';

/** Makes the database if it does not exist yet; the server has only just been made or started. */
export async function ensureDatabase(endpoint: Endpoint, password: string, database: string): Promise<void> {
  const connectionString = connectionStringOf(endpoint, password, 'postgres');
  const client = new Session(connectionConfig({ connectionString, role: undefined, name: 'setup' }));
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}
