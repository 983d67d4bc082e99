/** Options of the Redis client. None of its own defaults may hold a request up: it queues, resends and waits by default. */
import { isIP } from 'node:net';
import type { RedisOptions } from 'ioredis';
import { readAuthority } from '../../config/read-authority.js';

/** Milliseconds that a command may take. The connection that it was sent over is given up with it. */
export const COMMAND_TIMEOUT_MS = 500;
/** Milliseconds between two tries to connect: the first, and the most. */
const FIRST_RETRY = 50;
const LAST_RETRY = 2_000;

/**
 * @param url `redis://user:password@host:port/database`, or `rediss://` for TLS
 * @param caFile PEM file of the authority that signed the server's certificate; undefined: one of the system's
 * @throws ConfigError where that file cannot be read
 */
export function connectionOptions(url: string, caFile?: string) {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    host,
    port: port === '' ? 6379 : Number(port),
    db: Number(pathname.slice(1)),
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' ? { tls: tlsOptions(host, caFile) } : {}),
    ...CLIENT_OPTIONS,
  };
}

const CLIENT_OPTIONS = {
  lazyConnect: true,
  // Nothing needs the newer protocol, and proxies do not speak it.
  protocol: 2,
  connectTimeout: 2_000,
  commandTimeout: COMMAND_TIMEOUT_MS,
  // A connection that a network swallows, or a frozen server, is left: commands then fail at once and wait no longer.
  socketTimeout: COMMAND_TIMEOUT_MS,
  disconnectTimeout: 100,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (times) => retryDelay(times, Math.random()),
  // A primary that has become a replica: its name stands for another server now.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
} satisfies RedisOptions;

/** @param times tries so far, from 1. @param random from 0 to below 1 */
function retryDelay(times: number, random: number): number {
  const longest = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** Math.min(times, 16));
  return longest / 2 + (random * longest) / 2;
}

function tlsOptions(host: string, caFile: string | undefined) {
  return {
    ...(isIP(host) ? {} : { servername: host }),
    ...(caFile === undefined ? {} : { ca: readAuthority('REDIS_TLS_CA_FILE', caFile) }),
  };
}

/** Address for people: without user and password. */
export function addressOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname === '/' ? '' : pathname}`;
}
