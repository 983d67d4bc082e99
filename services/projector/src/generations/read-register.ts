import { IS_OF_OTHER_LOG } from '@att/platform/projections';
import type { ClientBase, Pool } from 'pg';
import type { RegisteredGeneration } from './generation.js';

/** Snapshot of the register, through which operators and projectors work together. */
export interface Register {
  generations: RegisteredGeneration[];
  /** Names of the projections that an operator has paused. */
  paused: ReadonlySet<string>;
  /** Versions whose build failed, as keys of `versionKey`. */
  failed: ReadonlySet<string>;
}

export const versionKey = (projection: string, version: number): string => `${projection} ${version}`;

/** Reads the generations that still need work, the oldest first, and the versions of failed ones. */
export async function readRegister(client: ClientBase | Pool): Promise<Register> {
  const { rows } = await client.query<RegisteredGeneration & { paused: boolean }>(`
    SELECT g.id, g.projection, g.version, g.state, g.stage, g.on_ready AS "onReady", g.build, g.position,
           encode(g.hash, 'hex') AS hash, g.hash_position <> g.position AS "hasOldHash",
           g.has_tables AND ${IS_OF_OTHER_LOG} AS "isOfOtherLog",
           g.has_tables AS "hasTables", g.drop_requested AS "dropRequested", p.projection IS NOT NULL AS paused
    FROM projection.generations g
    LEFT JOIN projection.paused p USING (projection)
    WHERE g.state IN ('active', 'building', 'ready', 'retired', 'failed') OR g.drop_requested
    ORDER BY g.id`);
  const isOver = ({ state, isOfOtherLog, dropRequested }: RegisteredGeneration) =>
    (state === 'failed' || (state === 'retired' && !isOfOtherLog)) && !dropRequested;
  return {
    generations: rows.filter((row) => !isOver(row)).map(({ paused, ...generation }) => generation),
    paused: new Set(rows.filter(({ paused }) => paused).map(({ projection }) => projection)),
    failed: new Set(
      rows
        .filter(({ state }) => state === 'failed')
        .map(({ projection, version }) => versionKey(projection, version)),
    ),
  };
}

/** Digest that is the same for two registers when both lead to the same plan; the progress of a build does not change it. */
export function digestOf({ generations, paused }: Register): string {
  const states = generations.map(({ id, version, state, stage, onReady, dropRequested, isOfOtherLog }) =>
    [id, version, state, stage === 'following', onReady, dropRequested, isOfOtherLog].join(),
  );
  return [...states, ...[...paused].sort()].join(' ');
}
