/** Port between a service and the process that runs it, alone or beside others. */
import type { ClientBase, Pool } from 'pg';
import type { Registry } from 'prom-client';
import type { Authenticator } from '../auth/index.js';
import type { KafkaConfig } from '../config/index.js';
import type { EventFeed } from '../event-feed/index.js';
import type { HotRoutes, RouteHandlers, UpgradeHandler } from '../http/index.js';
import type { Logger } from '../logging/index.js';
import type { DatabaseRole, Timeouts } from '../postgres/index.js';
import type { RateLimits } from '../rate-limit/index.js';
import type { ReadReplica } from '../read-replica/index.js';
import type { SharedState } from '../shared-state/index.js';

interface PoolOptions {
  max: number;
  name: string;
  timeouts?: Timeouts;
  /** Called with each new connection before anybody gets it. */
  onConnect?: (client: ClientBase) => Promise<void>;
}

/** Context that the composition root hands to every service. */
export interface ServiceContext {
  log: Logger;
  metrics: Registry;
  authenticator: Authenticator;
  sharedState: SharedState;
  /** Limits of each key; undefined: there are none. */
  rateLimits?: RateLimits | undefined;
  feed: EventFeed;
  /** Brokers that the log is published to; undefined: there are none. */
  kafka?: KafkaConfig | undefined;
  database: {
    connectionString: string;
    /** The role to take, or undefined where the database's user could not make roles. */
    role(role: DatabaseRole): DatabaseRole | undefined;
    /** A pool of connections that have a role's rights, or those of the user who logs in; the service that asked ends it. */
    pool(role: DatabaseRole | undefined, options: PoolOptions): Pool;
    /** Replica for reads; undefined: there is none. */
    replica?: ReadReplica | undefined;
  };
}

/** Why a process is not ready, in words that anybody may read: no key is needed to ask. */
export class NotReadyError extends Error {}

/** State of what works. `degraded`: it works, with less than it should have, for a reason that anybody may read. */
export type CheckDetail = string | { degraded: string };

/** State of several things that work; degraded when one of them is. Undefined: nothing to say of it. */
export function joinDetails(details: readonly (CheckDetail | undefined)[]): CheckDetail {
  const known = details.filter((detail) => detail !== undefined);
  const text = known.map((detail) => (typeof detail === 'string' ? detail : detail.degraded)).join('; ');
  return known.every((detail) => typeof detail === 'string') ? text : { degraded: text };
}

/** Something that must work for the process to be ready. Rejects with what is wrong. */
export interface ReadinessCheck {
  name: string;
  /** The service that it is of; several may share a process. */
  service?: string;
  /** @returns a word on its state, such as a lag */
  check(): Promise<CheckDetail>;
}

/**
 * Readiness of what goes on without the other replicas, with less; no check where there are none.
 *
 * @param name of what is shared
 */
export function sharedStateCheck(name: string, sharedState: SharedState): readonly ReadinessCheck[] {
  if (sharedState.kind === 'memory') return [];
  const check = () =>
    sharedState.check().then(
      (): CheckDetail => 'answers',
      (): CheckDetail => ({ degraded: 'Redis cannot be used: each process counts for itself' }),
    );
  return [{ name, check }];
}

export interface Service {
  name: string;
  /** Requests that Express never sees. */
  hotRoutes?: HotRoutes;
  routes?: RouteHandlers;
  /** Socket upgrades, by path. */
  upgrades?: ReadonlyMap<string, UpgradeHandler>;
  checks?: readonly ReadinessCheck[];
  /** Refuse new work, finish what was taken. Called before the HTTP server closes its connections. */
  drain?(): Promise<void>;
  /** Called once the HTTP server has closed. */
  stop(): Promise<void>;
}
