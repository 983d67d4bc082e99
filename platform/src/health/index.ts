/** The health routes that every process has, alone or beside others. */
import type { Registry } from 'prom-client';
import { type HandlersOf, ProblemError } from '../http/index.js';
import { type CheckDetail, NotReadyError, type ReadinessCheck } from '../service/index.js';
import type { SharedState } from '../shared-state/index.js';
import { withTimeLimit } from '../time/index.js';

export interface HealthOptions {
  version: string;
  checks: readonly ReadinessCheck[];
  /** Rejects while the database does not answer. */
  database(): Promise<void>;
  sharedState: SharedState;
  metrics: { contentType: string; metrics(): Promise<string> } | Registry;
  /** True once the process drains: it must get no new work. */
  isDraining(): boolean;
}

/** Milliseconds; a check that takes longer has failed. */
const CHECK_TIMEOUT = 2_000;

export function healthHandlers(options: HealthOptions): HandlersOf<'health'> {
  const { version, checks, sharedState, metrics, isDraining } = options;
  const databaseCheck = answers('database', options.database);
  return {
    livez: async () => ({ body: { status: 'ok' } }),
    async readyz({ query: { service } }) {
      const results = await Promise.all(checksOf(checks, service).map(run));
      const ok = !isDraining() && results.every(({ status }) => status !== 'failed');
      const report = results.map(({ name, status, detail, service }) => [
        name,
        { status, detail, ...(service === undefined ? {} : { service }) },
      ]);
      const namesOf = (status: CheckResult['status']) => [
        ...new Set(
          results.filter((result) => result.status === status).map(({ name, service = name }) => service),
        ),
      ];
      return {
        status: ok ? 200 : 503,
        body: {
          status: ok ? 'ready' : 'not ready',
          failed: namesOf('failed'),
          degraded: namesOf('degraded'),
          checks: Object.fromEntries(report),
        },
      };
    },
    async health() {
      const { ok } = await answer(databaseCheck);
      return {
        status: ok ? 200 : 503,
        body: { status: ok ? 'healthy' : 'unhealthy', version, timestamp: new Date().toISOString() },
      };
    },
    async dbCheck() {
      const { ok, detail } = await answer(databaseCheck);
      return { status: ok ? 200 : 503, body: { status: ok ? 'ok' : 'unavailable', detail } };
    },
    async redisCheck() {
      if (sharedState.kind === 'memory') {
        return { body: { status: 'none', detail: 'There is no Redis: shared state is in memory.' } };
      }
      const { ok, detail } = await answer(answers(sharedState.kind, () => sharedState.check()));
      return { status: ok ? 200 : 503, body: { status: ok ? 'ok' : 'unavailable', detail } };
    },
    metrics: async () => ({ text: await metrics.metrics(), contentType: metrics.contentType }),
  };
}

function answers(name: string, ask: () => Promise<void>): ReadinessCheck {
  return { name, check: () => ask().then(() => 'answers') };
}

/** @throws ProblemError not_found for a service that this process does not run */
function checksOf(checks: readonly ReadinessCheck[], service: string | undefined): readonly ReadinessCheck[] {
  if (service === undefined) return checks;
  const its = checks.filter((check) => check.service === service);
  if (its.length > 0) return its;
  const names = [...new Set(checks.flatMap((check) => check.service ?? []))].join(', ');
  throw new ProblemError('not_found', `There is no service ${service} in this process. There are: ${names}.`);
}

interface CheckResult {
  name: string;
  service?: string | undefined;
  status: 'ok' | 'degraded' | 'failed';
  detail: string;
}

/** Details of a failure stay general, unless they were written for everybody: these routes need no key. */
async function run({ name, service, check }: ReadinessCheck): Promise<CheckResult> {
  try {
    const detail = await withTimeLimit(CHECK_TIMEOUT, check(), () => {
      throw new Error('timeout');
    });
    return { name, service, ...statusOf(detail) };
  } catch (error) {
    const detail = error instanceof NotReadyError ? error.message : 'does not answer';
    return { name, service, status: 'failed', detail };
  }
}

const statusOf = (detail: CheckDetail): Pick<CheckResult, 'status' | 'detail'> =>
  typeof detail === 'string' ? { status: 'ok', detail } : { status: 'degraded', detail: detail.degraded };

async function answer(check: ReadinessCheck): Promise<{ ok: boolean; detail: string }> {
  const { status, detail } = await run(check);
  return { ok: status !== 'failed', detail };
}
