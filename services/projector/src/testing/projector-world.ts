/** A projector on a real database with a real log, and what operators ask of it. */
import { createAuthenticator } from '@att/platform/auth';
import { createPostgresFeed } from '@att/platform/event-feed';
import type { NewEvent } from '@att/platform/event-log';
import { Registry } from '@att/platform/metrics';
import { createPool } from '@att/platform/postgres';
import type { Service } from '@att/platform/service';
import { createMemorySharedState } from '@att/platform/shared-state';
import { createTestAppender, createTestDatabase, silentLog } from '@att/platform/testing';
import type { Pool } from 'pg';
import type { Projection } from '../fold/projection.js';
import { PROJECTIONS } from '../projections/index.js';
import { startProjector } from '../start-projector.js';

export interface RegisterRow {
  id: number;
  projection: string;
  version: number;
  state: string;
  stage: string;
  build: number | null;
  position: number;
  has_tables: boolean;
  comparison: string | null;
  error: string | null;
}

export interface ProjectorWorld {
  /** Pool with all rights. */
  sql: Pool;
  /** Pool with the rights of a projector. */
  projectorPool: Pool;
  append(events: readonly NewEvent[]): Promise<void>;
  start(projections?: readonly Projection[]): { projector: Service; metrics: Registry };
  /** The register, the oldest first. */
  register(): Promise<RegisterRow[]>;
  /** Changes the register and notifies projectors, as a command does. @returns the ids of the rows */
  changeRegister(statement: string, values?: unknown[]): Promise<number[]>;
  /** Asks for a build of each projection, from one read of the log. */
  rebuild(names: readonly string[], onReady?: 'switch' | 'hold' | 'drop'): Promise<number[]>;
  close(): Promise<void>;
}

export async function createProjectorWorld(): Promise<ProjectorWorld> {
  const database = await createTestDatabase();
  const { connectionString } = database;
  const sql = database.pool();
  const closing: (() => Promise<void>)[] = [];
  const appender = createTestAppender(connectionString);
  closing.push(() => appender.close());

  const world: ProjectorWorld = {
    sql,
    projectorPool: database.pool('att_projector'),
    async append(events) {
      await appender.append(events);
    },
    start(projections = PROJECTIONS) {
      const metrics = new Registry();
      const feed = createPostgresFeed({
        pool: database.pool('att_reader'),
        connectionString,
        role: 'att_reader',
        log: silentLog,
      });
      const context = {
        log: silentLog,
        metrics,
        authenticator: createAuthenticator('a-key-of-the-tests-0123456789'),
        sharedState: createMemorySharedState(),
        feed,
        database: {
          connectionString,
          role: <Role>(role: Role) => role,
          pool: (
            role: 'att_ingest' | 'att_projector' | 'att_reader' | undefined,
            options: { max: number; name: string },
          ) => createPool({ connectionString, role, log: silentLog, ...options }),
        },
      };
      const started = startProjector(context, projections);
      let stopped: Promise<void> | undefined;
      const projector: Service = {
        ...started,
        stop() {
          stopped ??= started.stop().then(() => feed.close());
          return stopped;
        },
      };
      closing.push(() => projector.stop());
      return { projector, metrics };
    },
    async register() {
      const { rows } = await sql.query<RegisterRow>('SELECT * FROM projection.generations ORDER BY id');
      return rows;
    },
    async changeRegister(statement, values = []) {
      const { rows } = await sql.query<{ id: number }>(`${statement} RETURNING id`, values);
      await sql.query("SELECT pg_notify('att_generations', '')");
      return rows.map(({ id }) => id);
    },
    async rebuild(names, onReady = 'switch') {
      const versions = names.map(
        (name) => PROJECTIONS.find((projection) => projection.name === name)?.version,
      );
      return world.changeRegister(
        `INSERT INTO projection.generations (projection, version, state, stage, on_ready, build, has_tables)
         SELECT name, version, 'building', 'filling', $3, b.build, false
         FROM unnest($1::text[], $2::int[]) AS asked (name, version), nextval('projection.builds') AS b (build)`,
        [names, versions, onReady],
      );
    },
    async close() {
      for (const close of closing.reverse()) await close();
      await database.drop();
    },
  };
  return world;
}
