import type { ClientBase, Pool } from 'pg';

/** Triggers that keep the log immutable and its times true, by table. */
const GUARDS = {
  events: ['events_no_update', 'events_no_delete', 'events_no_truncate'],
  head: ['head_only_forward', 'head_no_delete', 'head_no_truncate', 'head_time'],
} as const;

/** Enabled ALWAYS: also in sessions that replay replication. */
const ALWAYS = 'A';

/** Names the triggers that do not guard the log now: `log.events: events_no_update is disabled`. Empty when all do. */
export async function findOpenGuards(client: ClientBase | Pool): Promise<string[]> {
  const { rows } = await client.query<{ table: string; name: string; enabled: string }>(`
    SELECT c.relname AS table, t.tgname AS name, t.tgenabled AS enabled
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'log' AND NOT t.tgisinternal`);
  return Object.entries(GUARDS).flatMap(([table, names]) =>
    names.flatMap((name) => {
      const found = rows.find((row) => row.table === table && row.name === name);
      if (found?.enabled === ALWAYS) return [];
      return [`log.${table}: ${name} ${found === undefined ? 'is missing' : stateOf(found.enabled)}`];
    }),
  );
}

function stateOf(enabled: string): string {
  return enabled === 'D' ? 'is disabled' : 'is not enabled in every session';
}
