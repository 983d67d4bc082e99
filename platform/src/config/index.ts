/** The one place that reads the environment. A bad value stops the start and is named. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError } from './config-error.js';
import { KAFKA_VARIABLES, type KafkaConfig, kafkaConfig, kafkaFaults } from './kafka.js';
import { RATE_LIMIT_VARIABLES, type RateLimitConfig, rateLimitConfig } from './rate-limits.js';
import { REDIS_VARIABLES, redisFaults } from './redis.js';
import { unexpandedPath, unexpandedValue } from './unexpanded.js';
import { wholeNumber } from './whole-number.js';

export { ConfigError } from './config-error.js';
export { readEnvFile } from './env-file.js';
export type { KafkaConfig, TopicConfig } from './kafka.js';
export type { RateLimitConfig } from './rate-limits.js';
export { readAuthority } from './read-authority.js';

/** True also for what is no URL at all, which another rule refuses. */
function hasNoUser(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { username, password } = new URL(url);
  return username === '' && password === '';
}

/** Whether a host, with a port or without, could be in an address. */
const isHost = (host: string) => URL.canParse(`http://${host.replace(/^\*\./, '')}`);

const list = (entry: RegExp, message: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim().toLowerCase()))
    .refine((entries) => entries.every((part) => entry.test(part)), message);

const access = z.enum(['open', 'key'], { error: 'must be open or key' }).default('open');

/** Beginnings of the server's own paths: a base path with one of them would be ambiguous. */
const OWN_PATHS =
  /^\/(?:api|webhook|assets|health|livez|readyz|db-check|redis-check|metrics|docs|redoc|projects|tasks|replay|[^/]*\.(?:json|js|svg|html))(?:\/|$)/;

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' });

const environment = z.object({
  PORT: wholeNumber(0, 65_535).default(8000),
  HOST: z.string().default('127.0.0.1'),
  BASE_PATH: z
    .string()
    .transform((path) => path.replace(/\/+$/, ''))
    .refine((path) => /^(\/[\w.~-]+)*$/.test(path), 'must be a path such as /att')
    .refine(
      (path) => !/\/\.{1,2}(\/|$)/.test(path),
      'must not have . or .. as a part, which browsers resolve',
    )
    .refine((path) => !OWN_PATHS.test(path), 'must not begin as a path of the server itself, such as /api')
    .default(''),
  ALLOWED_HOSTS: list(
    /^(\*\.)?[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/,
    'must be host names with commas between, such as att.example,*.att.example:8443',
  )
    .refine((hosts) => hosts.every(isHost), 'must be host names with ports up to 65535')
    .optional(),
  CORS_ORIGINS: list(
    /^https?:\/\/[^\s/?#*]+$/,
    'must be origins with commas between, such as https://board.example,http://localhost:3000',
  )
    .refine(
      (origins) => origins.every((origin) => URL.canParse(origin)),
      'must be origins that a browser can have',
    )
    .default([]),
  METRICS_ACCESS: access,
  DOCS_ACCESS: access,
  // A key that no header can carry could never be presented.
  API_KEY: z
    .string()
    .min(16, 'must have 16 characters or more')
    .refine((key) => key === key.trim(), 'must not begin or end with a blank')
    .refine((key) => !/\p{Cc}/u.test(key), 'must not have line ends or other control characters')
    .refine(
      (key) => /^[ -~]*$/.test(key),
      'must be of ASCII characters: clients can put no others into a header',
    )
    .optional(),
  DATA_DIR: z
    .string()
    .superRefine((path, context) => {
      const message = unexpandedPath(path, homedir());
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .optional(),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_READ_URL: postgresUrl.optional(),
  ...KAFKA_VARIABLES,
  ...REDIS_VARIABLES,
  ...RATE_LIMIT_VARIABLES,
  // A password in it would stand in every message that names the server.
  ATT_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
    .refine(hasNoUser, 'must not carry a user or a password: the key is API_KEY')
    .optional(),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be one of fatal, error, warn, info, debug, trace, silent',
    })
    .default('info'),
});

/** Every variable that is read, for documents that list them. */
export const CONFIG_VARIABLES: readonly string[] = Object.keys(environment.shape);

export interface Config {
  /** 0 takes any free port. */
  port: number;
  host: string;
  /** Path that everything is under, without a slash at its end; empty: none. */
  basePath: string;
  /** Hosts that are answered beside this machine's names to itself; undefined: any. */
  allowedHosts: readonly string[] | undefined;
  /** Origins whose pages may do what our own page does. */
  corsOrigins: readonly string[];
  /** Routes that need a key though they need none by default. */
  keyed: { metrics: boolean; docs: boolean };
  /** The bootstrap key with all scopes; undefined: made and kept in the data directory. */
  apiKey: string | undefined;
  /** Absolute. */
  dataDirectory: string;
  /** False where DATA_DIR is not set: the directory then hangs on the working directory. */
  dataDirectoryIsGiven: boolean;
  /** Undefined: the embedded Postgres. */
  databaseUrl: string | undefined;
  /** Streaming replica for reads; undefined: they go to the database itself. */
  databaseReadUrl: string | undefined;
  /** Undefined: the log is read from the database alone. */
  kafka: KafkaConfig | undefined;
  /** Undefined: replicas share nothing. */
  redisUrl: string | undefined;
  /** PEM file of the authority that signed the certificate of Redis; undefined: one of the system's. */
  redisCaFile: string | undefined;
  /** Limits of each key. */
  rateLimits: RateLimitConfig;
  /** Address of the server that commands talk to. */
  serverUrl: string;
  logLevel: z.infer<typeof environment>['LOG_LEVEL'];
}

/**
 * Reads the configuration. A variable that is set to nothing counts as absent.
 *
 * @throws ConfigError naming every variable that is wrong, never its value, which may be a secret.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  refuseUnexpanded(present);
  const parsed = environment.safeParse(present);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new ConfigError(lines.join('; '));
  }
  const faults = [...kafkaFaults(parsed.data), ...redisFaults(parsed.data)];
  if (faults.length > 0) throw new ConfigError(faults.join('; '));
  const { PORT, HOST, API_KEY, DATA_DIR, DATABASE_URL, ATT_URL, LOG_LEVEL } = parsed.data;
  const { BASE_PATH, ALLOWED_HOSTS, CORS_ORIGINS, METRICS_ACCESS, DOCS_ACCESS } = parsed.data;
  return {
    port: PORT,
    host: HOST,
    basePath: BASE_PATH,
    // Bound to this machine alone, no other name is meant; bound to all, which there are is for others to say.
    allowedHosts: ALLOWED_HOSTS ?? (isLoopback(HOST) ? [] : undefined),
    corsOrigins: CORS_ORIGINS,
    keyed: { metrics: METRICS_ACCESS === 'key', docs: DOCS_ACCESS === 'key' },
    apiKey: API_KEY,
    dataDirectory: resolve(DATA_DIR ?? './.data'),
    dataDirectoryIsGiven: DATA_DIR !== undefined,
    databaseUrl: DATABASE_URL,
    databaseReadUrl: parsed.data.DATABASE_READ_URL,
    kafka: kafkaConfig(parsed.data),
    redisUrl: parsed.data.REDIS_URL,
    redisCaFile: parsed.data.REDIS_TLS_CA_FILE,
    rateLimits: rateLimitConfig(parsed.data),
    serverUrl: ATT_URL ?? `http://127.0.0.1:${PORT}`,
    logLevel: LOG_LEVEL,
  };
}

function refuseUnexpanded(present: NodeJS.ProcessEnv): void {
  const lines = CONFIG_VARIABLES.flatMap((name) => {
    // A path has a message of its own, which says what to write instead.
    const message = name === 'DATA_DIR' ? undefined : unexpandedValue(present[name] ?? '');
    return message === undefined ? [] : [`${name} ${message}`];
  });
  if (lines.length > 0) throw new ConfigError(lines.join('; '));
}

const isLoopback = (host: string) => /^(localhost|127(\.\d+){3}|::1)$/i.test(host);
