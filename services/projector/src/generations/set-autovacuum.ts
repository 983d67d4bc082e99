import { generationTable } from '@att/platform/projections';
import type { ClientBase, Pool } from 'pg';
import { tablesOf } from './tables-of.js';

/**
 * Turns autovacuum on or off for the tables of a generation. It is off while a build fills them: nobody reads them yet, and it took
 * 4 of the 60 µs an event that a build takes of both cores.
 */
export async function setAutovacuum(
  client: ClientBase | Pool,
  generation: number,
  isOn: boolean,
): Promise<void> {
  const change = isOn
    ? 'RESET (autovacuum_enabled, toast.autovacuum_enabled)'
    : 'SET (autovacuum_enabled = off, toast.autovacuum_enabled = off)';
  const names = await tablesOf(client, generation);
  const statements = names.map((name) => `ALTER TABLE ${generationTable(name, generation)} ${change}`);
  await client.query(statements.join(';\n'));
}
