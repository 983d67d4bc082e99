/** Generations made by hand: copies that differ from the one before in every row, count and position. */
import { generationTable, type ProjectionName, READ_MODELS, type TableName } from '@att/platform/projections';
import type { ClientBase, Pool } from 'pg';

interface Marks {
  tables: readonly TableName[];
  mark(position: number, table: string): string;
}

/** Tables whose every row is marked with the generation's checkpoint, which shows which generation an answer is from. */
const MARKS = {
  tasks: { tables: ['task_spans'], mark: (position: number) => `title = 'of ${position}'` },
  projects: { tables: ['projects', 'project_versions'], mark: totalOf },
  agents: { tables: ['agents', 'agent_versions'], mark: totalOf },
  stats: { tables: ['stats_versions'], mark: totalOf },
} as const satisfies Partial<Record<ProjectionName, Marks>>;

export type MarkedProjection = keyof typeof MARKS;

const isMarked = (projection: ProjectionName): projection is MarkedProjection => projection in MARKS;

/** Assignment of a total, in a row or in all elements of a run of changes. */
function totalOf(position: number, table: string): string {
  return table.endsWith('_versions')
    ? `total = array_fill(${position}::bigint, ARRAY[cardinality(valid_from)])`
    : `total = ${position}`;
}

/**
 * Copies the active generation of a projection, adds one thing to it, and lets the copy take over: its
 * checkpoint is one position further, and it has as many things as its checkpoint says.
 *
 * @param drop whether the old one is dropped right behind: table by table, each in a transaction of its own,
 *   as one that holds one table's lock while it waits for the next could deadlock with a reader of both
 */
export async function switchGeneration(
  sql: Pool,
  projection: ProjectionName,
  { drop }: { drop: boolean },
): Promise<void> {
  const client = await sql.connect();
  try {
    await client.query('BEGIN');
    const before = await activeOf(client, projection);
    const position = before.position + 1;
    const { rows } = await client.query<{ id: number }>(
      `INSERT INTO projection.generations (projection, version, state, position)
       SELECT projection, version, 'ready', $2 FROM projection.generations WHERE id = $1 RETURNING id`,
      [before.id, position],
    );
    const id = rows[0]?.id as number;
    const tables = Object.keys(READ_MODELS[projection]) as TableName[];
    for (const name of tables) await copyTable(client, name, before.id, id);
    if (isMarked(projection)) await grow(client, projection, id, position);
    await client.query("UPDATE projection.generations SET state = 'retired' WHERE id = $1", [before.id]);
    await client.query("UPDATE projection.generations SET state = 'active' WHERE id = $1", [id]);
    await client.query('COMMIT');
    if (!drop) return;
    for (const name of tables) await client.query(`DROP TABLE ${generationTable(name, before.id)}`);
  } finally {
    client.release();
  }
}

export async function activeOf(
  client: ClientBase | Pool,
  projection: ProjectionName,
): Promise<{ id: number; position: number }> {
  const { rows } = await client.query(
    "SELECT id, position FROM projection.generations WHERE projection = $1 AND state = 'active'",
    [projection],
  );
  return rows[0];
}

async function copyTable(client: ClientBase, name: TableName, from: number, to: number): Promise<void> {
  const [source, target] = [generationTable(name, from), generationTable(name, to)];
  await client.query(`CREATE TABLE ${target} (LIKE ${source} INCLUDING ALL)`);
  await client.query(`GRANT SELECT ON ${target} TO att_reader`);
  await client.query(`INSERT INTO ${target} SELECT * FROM ${source}`);
}

/** Adds one thing (task, project or agent) to the generation: ids are positions, so the newest is copied to the new position. */
async function grow(
  client: ClientBase,
  projection: MarkedProjection,
  generation: number,
  position: number,
): Promise<void> {
  const { tables, mark }: Marks = MARKS[projection];
  const name = `thing-${position}`;
  const fields = {
    id: position,
    valid_from: position,
    position,
    whole_from: position,
    name,
    name_key: name,
  };
  const changes = { ...fields, task_id: name, project: name, agent: name };
  const copies = async (table: TableName, condition: string, changed: object) =>
    client.query(
      `INSERT INTO ${generationTable(table, generation)}
       SELECT (jsonb_populate_record(t, $1)).* FROM ${generationTable(table, generation)} t WHERE ${condition}`,
      [JSON.stringify(changed)],
    );
  if (projection === 'stats') {
    await addChange(
      client,
      generationTable('stats_versions', generation),
      "project = '' AND agent = ''",
      position,
    );
  } else {
    const { rows } = await client.query<{ table: TableName }>(
      `SELECT substring(table_name FROM '^(.*)_g') AS table FROM information_schema.columns
       WHERE table_schema = 'projection' AND table_name ~ ('_g' || $1 || '$') AND column_name = 'id'`,
      [String(generation)],
    );
    for (const { table } of rows) {
      const isRun = tables.includes(table) && table.endsWith('_versions');
      const run = { ...changes, first: position, valid_from: [position] };
      await copies(table, `id = ${position - 1}`, isRun ? run : changes);
    }
  }
  if (projection === 'tasks') {
    await addChange(client, generationTable('task_counts', generation), "kind = 'all'", position);
  }
  for (const table of tables) {
    await client.query(`UPDATE ${generationTable(table, generation)} SET ${mark(position, table)}`);
  }
}

/** Adds a change to a key's run of changes: only the total differs. */
async function addChange(client: ClientBase, table: string, key: string, position: number): Promise<void> {
  const { rows } = await client.query<{ list: string }>(
    `SELECT attname AS list FROM pg_attribute WHERE attrelid = $1::regclass AND atttypid::regtype::text LIKE '%[]'`,
    [table],
  );
  const added = (list: string) =>
    list === 'valid_from' || list === 'total' ? `${position}::bigint` : `${list}[cardinality(${list})]`;
  const set = rows.map(({ list }) => `${list} = ${list} || ${added(list)}`);
  await client.query(`UPDATE ${table} SET ${set.join(', ')} WHERE ${key}`);
}
