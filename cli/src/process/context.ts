/** Context of the services: pools, feed, shared state. Only this file and `run-services.ts` make them. */
import { createAuthenticator } from '@att/platform/auth';
import type { Config, RateLimitConfig } from '@att/platform/config';
import { createKafkaFeed, createPostgresFeed } from '@att/platform/event-feed';
import type { Logger } from '@att/platform/logging';
import type { Registry } from '@att/platform/metrics';
import { createPool, type DatabaseRole, readCarelessSettings, usableRoles } from '@att/platform/postgres';
import { createRateLimits } from '@att/platform/rate-limit';
import type { ServiceContext } from '@att/platform/service';
import { createMemorySharedState, createRedisSharedState } from '@att/platform/shared-state';
import type { Pool } from 'pg';
import { openReplica } from './open-replica.js';

export interface Context extends ServiceContext {
  /** Pool with the owner's rights, for health checks. */
  ownPool: Pool;
  /** False where the database's user could not make roles: all services then share its rights. */
  hasRoles: boolean;
  close(): Promise<void>;
}

/** Milliseconds without an answer from the server: a page of the log takes a few dozen, a health check one. */
const FEED_SILENCE = 15_000;
const HEALTH_SILENCE = 3_000;

const NO_LIMITS: RateLimitConfig = { webhooks: undefined, reads: undefined };

/** Servers beside the database, as configured. */
export type Backends = Pick<Config, 'kafka' | 'redisUrl' | 'redisCaFile' | 'databaseReadUrl'>;

/** Part of the configuration that a context is made by. */
export type ContextConfig = Backends & Pick<Config, 'rateLimits'>;

export interface ContextOptions {
  connectionString: string;
  /** Undefined parts: no such server, and no limits. */
  config?: Partial<ContextConfig>;
  apiKey: string;
  log: Logger;
  metrics: Registry;
}

export async function createContext(options: ContextOptions): Promise<Context> {
  const { connectionString, config = {}, apiKey, log, metrics } = options;
  const { redisUrl: url, redisCaFile: caFile, kafka, rateLimits: limits = NO_LIMITS } = config;
  const sharedState =
    url === undefined
      ? createMemorySharedState()
      : await createRedisSharedState({ url, caFile, log, metrics });
  const timeouts = { silence: HEALTH_SILENCE };
  const ownPool = createPool({ connectionString, role: undefined, max: 2, name: 'health', log, timeouts });
  const closeAndThrow = async (error: unknown) => {
    await Promise.all([ownPool.end(), sharedState.close()]);
    throw error;
  };
  const roles = await usableRoles(ownPool).catch(closeAndThrow);
  const role = (name: DatabaseRole | undefined) => (name !== undefined && roles.has(name) ? name : undefined);
  const pool: ServiceContext['database']['pool'] = (name, pooling) =>
    createPool({ connectionString, role: role(name), log, ...pooling });
  const primary = { connectionString, pool: ownPool, openPool: pool, role };
  const replica = await openReplica(config.databaseReadUrl, primary, options).catch(closeAndThrow);
  const feedPool = pool('att_reader', { max: 3, name: 'feed', timeouts: { silence: FEED_SILENCE } });
  const source = { pool: feedPool, connectionString, role: role('att_reader'), log };
  const feed =
    kafka === undefined ? createPostgresFeed(source) : createKafkaFeed({ ...source, kafka, metrics });
  return {
    log,
    metrics,
    authenticator: createAuthenticator(apiKey),
    sharedState,
    rateLimits: createRateLimits({ limits, sharedState, metrics, log }),
    feed,
    kafka,
    database: { connectionString, role, pool, replica },
    ownPool,
    hasRoles: roles.size > 0,
    async close() {
      const feedClosed = feed.close().finally(() => feedPool.end());
      await Promise.all([feedClosed, replica?.close(), ownPool.end(), sharedState.close()]);
    },
  };
}

/** Warns of settings and rights of the database; called once a process, and not by its threads. */
export async function warnOfDatabase({ hasRoles, ownPool, log }: Context): Promise<void> {
  const careless = await readCarelessSettings(ownPool);
  if (careless.length > 0) {
    log.warn(
      `the database server runs with ${careless.join(' and ')}: after a crash of it, acknowledged events may be gone or damaged`,
    );
  }
  if (hasRoles) return;
  log.warn(
    'the database user could not make roles, so all services share its rights; the triggers that keep the log immutable hold all the same. To have a role for each service, give the user CREATEROLE (ALTER ROLE … CREATEROLE) or, where the roles exist, say GRANT att_ingest, att_projector, att_reader, att_eraser TO it, and start again',
  );
}
