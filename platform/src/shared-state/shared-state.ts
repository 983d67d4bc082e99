/**
 * Port for state that replicas of a service share and may lose: in memory when all services share one process, in a
 * store between processes otherwise. Every adapter passes `describeSharedState`.
 */

/** Open sockets, in all and by the project that they are narrowed to. */
export interface ConnectionCounts {
  total: number;
  byProject: ReadonlyMap<string, number>;
}

export interface SharedState {
  /**
   * Publishes what `replica` holds now, in place of its former counts. Counts that a replica does not publish
   * again within `CONNECTION_COUNTS_TTL_MS` are forgotten, as it may have died.
   */
  publishConnectionCounts(replica: string, counts: ConnectionCounts): Promise<void>;
  /** The sum over all replicas. Projects without a socket are left out. */
  connectionCounts(): Promise<ConnectionCounts>;
  /** Kind of the store, for people: `memory`, or the store's name. */
  readonly kind: string;
  /** Rejects when the store does not answer. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export const CONNECTION_COUNTS_TTL_MS = 30_000;
