import type { ClientBase } from 'pg';

/** Names of those projections that an operator has paused. */
export async function selectPaused(client: ClientBase, names: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ projection: string }>(
    'SELECT projection FROM projection.paused WHERE projection = ANY ($1) ORDER BY projection',
    [names],
  );
  return rows.map(({ projection }) => projection);
}
