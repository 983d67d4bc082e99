import type { ClientBase } from 'pg';

/** Which of the projections an operator has stopped. */
export async function selectPaused(client: ClientBase, names: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ projection: string }>(
    'SELECT projection FROM projection.paused WHERE projection = ANY ($1) ORDER BY projection',
    [names],
  );
  return rows.map(({ projection }) => projection);
}
