import { z } from 'zod';
import { CONNECTION_COUNTS_TTL_MS, type ConnectionCounts, type SharedState } from '../shared-state.js';
import { sumCounts } from '../sum-counts.js';
import { RedisConnection, type RedisConnectionOptions } from './connection.js';
import { PROBE, PUBLISH_COUNTS, READ_COUNTS, TAKE_QUOTA } from './scripts.js';

/** Beginning of the keys of one installation; another one takes another database number, or server. */
const PREFIX = 'att:';

export interface RedisSharedStateOptions extends RedisConnectionOptions {
  /** Beginning of all keys; tests have one of their own on a server that others use, too. */
  prefix?: string;
  /** Milliseconds that counts hold; tests make it shorter. */
  countsTtl?: number;
}

/**
 * Shared state in Redis 7 or newer, or Valkey. Where Redis does not answer it is made all the same, and is right again
 * once Redis is back.
 */
export async function createRedisSharedState({
  prefix = PREFIX,
  countsTtl = CONNECTION_COUNTS_TTL_MS,
  ...options
}: RedisSharedStateOptions): Promise<SharedState> {
  const sockets = `${prefix}sockets`;
  const redis = await RedisConnection.open(options);
  return {
    kind: 'redis',
    async publishConnectionCounts(replica, counts) {
      await redis.run(PUBLISH_COUNTS, sockets, replica, toText(counts), countsTtl);
    },
    async connectionCounts() {
      const alive = (await redis.run(READ_COUNTS, sockets, countsTtl)) as string[];
      return sumCounts(alive.flatMap(fromText));
    },
    async takeQuota({ name, limit, window, needed, wanted }) {
      const answer = await redis.run(TAKE_QUOTA, `${prefix}quota:${name}`, limit, window, needed, wanted);
      const [taken, left, resetsIn] = answer as [number, number, number];
      return { taken, left, resetsIn };
    },
    async check() {
      await redis.run(PROBE, `${prefix}probe`);
    },
    close: () => redis.close(),
  };
}

/** Counts as they are written: in all, and of each project. */
const written = z.tuple([z.number(), z.array(z.tuple([z.string(), z.number()]))]);
type Written = z.infer<typeof written>;

const toText = ({ total, byProject }: ConnectionCounts) =>
  JSON.stringify([total, [...byProject]] satisfies Written);

/** Counts of a replica; none where it is of another version, or none of ours. */
function fromText(text: string): ConnectionCounts[] {
  const { success, data } = written.safeParse(parseJson(text));
  if (!success) return [];
  const [total, byProject] = data;
  return [{ total, byProject: new Map(byProject) }];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
