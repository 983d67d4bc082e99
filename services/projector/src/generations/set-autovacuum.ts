import { generationTable } from '@att/platform/projections';
import type { ClientBase, Pool } from 'pg';
import { tablesOf } from './tables-of.js';

/**
 * Tells autovacuum whether to look after the tables of a generation. While a build fills them it need not: each time they had grown by
 * a twentieth it went through what was new, which nobody reads yet, for 4 µs an event of the 60 that a build took of both cores.
 */
export async function setAutovacuum(
  client: ClientBase | Pool,
  generation: number,
  isOn: boolean,
): Promise<void> {
  const act = isOn
    ? 'RESET (autovacuum_enabled, toast.autovacuum_enabled)'
    : 'SET (autovacuum_enabled = off, toast.autovacuum_enabled = off)';
  const names = await tablesOf(client, generation);
  const statements = names.map((name) => `ALTER TABLE ${generationTable(name, generation)} ${act}`);
  await client.query(statements.join(';\n'));
}
