/** The composition root of a process: services on one HTTP server, until a signal ends it. */
import { createApiDocs } from '@att/platform/api-docs';
import { type Config, ConfigError } from '@att/platform/config';
import { healthHandlers } from '@att/platform/health';
import { createExpressApp, createHttpMetrics, createHttpServer, type RouteName } from '@att/platform/http';
import type { Logger } from '@att/platform/logging';
import type { Registry } from '@att/platform/metrics';
import type { ReadinessCheck, Service } from '@att/platform/service';
import { withTimeLimit } from '@att/platform/time';
import { VERSION } from '../version.js';
import type { Context } from './context.js';
import { elsewhereThan } from './elsewhere.js';
import { shareBriefly } from './share-briefly.js';
import { CONTEXT_CLOSE_TIMEOUT, DRAIN_TIMEOUT, SERVICE_STOP_TIMEOUT } from './stop-deadlines.js';

export interface RunOptions {
  config: Pick<Config, 'port' | 'host'> & Partial<Config>;
  context: Context;
  services: readonly Service[];
  /** Metrics of this process and of its threads, as text. */
  metricsText(): Promise<string>;
  metrics: Registry;
  /** Built UI; undefined: none is served. */
  uiDirectory: string | undefined;
  log: Logger;
}

export interface Running {
  /** URL for people: a wildcard address is shown as localhost. */
  url: string;
  /** Drains and stops: takes no new work, finishes what was taken, asks sockets to reconnect. */
  stop(): Promise<void>;
}

/** @throws PortTakenError, ConfigError */
export async function runServices(options: RunOptions): Promise<Running> {
  const { config, context, services, metrics, metricsText, uiDirectory, log } = options;
  const { basePath = '' } = config;
  let draining = false;
  const health = healthHandlers({
    version: VERSION,
    checks: services.flatMap(({ name: service, checks = [] }) =>
      checks.map((check) => ({ ...shared(check), service })),
    ),
    database: shareBriefly(async () => {
      await context.ownPool.query('SELECT 1');
    }),
    sharedState: context.sharedState,
    metrics: { contentType: metrics.contentType, metrics: shareBriefly(metricsText) },
    isDraining: () => draining,
  });
  const elsewhere = elsewhereThan(services.map(({ name }) => name));
  const docs = createApiDocs(VERSION, basePath);
  const app = createExpressApp({
    handlers: Object.assign({}, health, docs.handlers, ...services.map((service) => service.routes)),
    authenticator: context.authenticator,
    log,
    metrics: createHttpMetrics(metrics),
    staticDirectory: uiDirectory,
    basePath,
    rateLimits: context.rateLimits,
    keyedRoutes: keyedRoutes(config),
    files: docs.files,
    elsewhere,
  });
  const server = createHttpServer({
    hotRoutes: services.flatMap((service) => service.hotRoutes ?? []),
    upgrades: new Map(services.flatMap((service) => [...(service.upgrades ?? [])])),
    app,
    log,
    elsewhere,
    reach: config,
  });
  const stop = async () => {
    draining = true;
    const closed = server.close();
    await stopServices(options, closed);
  };
  try {
    const { port } = await server.listen(config.port, config.host);
    return { url: `http://${hostForPeople(config.host)}:${port}${basePath}`, stop };
  } catch (error) {
    await stop();
    throw isForeignAddress(error)
      ? new ConfigError(`HOST ${config.host} is no address of this machine (${error.code})`)
      : error;
  }
}

/** @param closed resolves when no request is under way any more */
async function stopServices({ services, context, log }: RunOptions, closed: Promise<void>): Promise<void> {
  const all = (step: string, milliseconds: number, work: (service: Service) => Promise<void>) =>
    Promise.all(
      services.map((service) =>
        withTimeLimit(milliseconds, work(service), () =>
          log.warn({ service: service.name, step }, 'a service did not stop in time: going on without it'),
        ),
      ),
    );
  await all('drain', DRAIN_TIMEOUT, async (service) => service.drain?.());
  await closed;
  await all('stop', SERVICE_STOP_TIMEOUT, (service) => service.stop());
  await withTimeLimit(CONTEXT_CLOSE_TIMEOUT, context.close(), () =>
    log.warn('connections did not close in time'),
  );
}

/** Check whose result is shared. It needs no API key, so many requests must not become many queries. */
function shared({ name, check }: ReadinessCheck): ReadinessCheck {
  return { name, check: shareBriefly(() => check()) };
}

/** Routes that need a key only because the configuration says so. */
function keyedRoutes({ keyed }: Partial<Config>): Set<RouteName> {
  const documents: RouteName[] = ['docs', 'redoc', 'openapi', 'asyncapi'];
  return new Set<RouteName>([
    ...(keyed?.metrics ? ['metrics' as const] : []),
    ...(keyed?.docs ? documents : []),
  ]);
}

function isForeignAddress(error: unknown): error is NodeJS.ErrnoException {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EINVAL';
}

function hostForPeople(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
