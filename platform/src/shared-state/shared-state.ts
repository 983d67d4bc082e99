/**
 * Port for state that replicas of a service share and may lose: in memory when all services share one process, in a
 * store between processes otherwise. Every adapter passes `describeSharedState`.
 */

/** Open sockets, in all and by the project that they are narrowed to. */
export interface ConnectionCounts {
  total: number;
  byProject: ReadonlyMap<string, number>;
}

/** Request for a share of what all replicas may use within a window, which begins with the first that is taken. */
export interface QuotaRequest {
  /** Name of who uses it, and for what: any text. */
  name: string;
  /** Most that may be taken within one window. */
  limit: number;
  /** Milliseconds that a window lasts. */
  window: number;
  /** Least that is of use, from 1: where not so many are left, none is taken. */
  needed: number;
  /** Number to take where so many are left; at least `needed`. */
  wanted: number;
}

export interface QuotaTaken {
  taken: number;
  /** Number that nobody has taken. */
  left: number;
  /** Milliseconds until the window ends. */
  resetsIn: number;
}

/** Error of a store that does not answer, or refuses. */
export class SharedStateUnavailableError extends Error {
  override readonly name = 'SharedStateUnavailableError';
  readonly code = 'shared_state_unavailable';
}

/** Every method settles within a second, whatever becomes of the store. @throws SharedStateUnavailableError */
export interface SharedState {
  /**
   * Publishes what `replica` holds now, in place of its former counts. Counts that a replica does not publish
   * again within `CONNECTION_COUNTS_TTL_MS` are forgotten, as it may have died.
   */
  publishConnectionCounts(replica: string, counts: ConnectionCounts): Promise<void>;
  /** The sum over all replicas. Projects without a socket are left out. */
  connectionCounts(): Promise<ConnectionCounts>;
  takeQuota(request: QuotaRequest): Promise<QuotaTaken>;
  /** Kind of the store. */
  readonly kind: 'memory' | 'redis';
  /** Rejects when the store cannot be read and written. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export const CONNECTION_COUNTS_TTL_MS = 30_000;
