/** Builds what services stand on. With `run-services.ts` the only place that makes pools, feeds and registries. */
import { createAuthenticator } from '@att/platform/auth';
import { createPostgresFeed } from '@att/platform/event-feed';
import type { Logger } from '@att/platform/logging';
import type { Registry } from '@att/platform/metrics';
import { createPool, type DatabaseRole, usableRoles } from '@att/platform/postgres';
import type { ServiceContext } from '@att/platform/service';
import { createMemorySharedState } from '@att/platform/shared-state';
import type { Pool } from 'pg';

export interface Context extends ServiceContext {
  /** Connections with the owner's rights, for health checks. */
  ownPool: Pool;
  close(): Promise<void>;
}

export interface ContextOptions {
  connectionString: string;
  apiKey: string;
  log: Logger;
  metrics: Registry;
}

export async function createContext(options: ContextOptions): Promise<Context> {
  const { connectionString, apiKey, log, metrics } = options;
  const ownPool = createPool({ connectionString, role: undefined, max: 2, name: 'health', log });
  const roles = await usableRoles(ownPool).catch(async (error: unknown) => {
    await ownPool.end();
    throw error;
  });
  const role = (name: DatabaseRole) => (roles.has(name) ? name : undefined);
  if (roles.size === 0) {
    log.warn(
      'the database user could not make roles, so all services share its rights; the triggers that keep the log immutable hold all the same',
    );
  }
  const pool: ServiceContext['database']['pool'] = (name, pooling) =>
    createPool({ connectionString, role: role(name), log, ...pooling });
  const feedPool = pool('att_reader', { max: 3, name: 'feed' });
  const feed = createPostgresFeed({ pool: feedPool, connectionString, role: role('att_reader'), log });
  const sharedState = createMemorySharedState();
  return {
    log,
    metrics,
    authenticator: createAuthenticator(apiKey),
    sharedState,
    feed,
    database: { connectionString, role, pool },
    ownPool,
    async close() {
      await feed.close();
      await Promise.all([feedPool.end(), ownPool.end(), sharedState.close()]);
    },
  };
}
