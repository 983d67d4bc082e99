/**
 * Verifies the log in the background, over and over, as slowly as the process has time for it: a break is known within a
 * day. A break changes a metric, a line in readiness and a line in the process's log, and stops nothing: a broken log is
 * still better served than not.
 */
import { performance } from 'node:perf_hooks';
import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';
import type { Logger } from '../logging/index.js';
import { pause } from '../time/index.js';
import { type ChainBreak, ChainWalk, GENESIS } from './chain-walk.js';
import { findOpenGuards } from './guards.js';
import { readLogIdentity } from './read-identity.js';
import { readLink, readProven } from './read-proven.js';

export interface BackgroundVerifierOptions {
  pool: Pool;
  log: Logger;
  metrics: Registry;
  /** Milliseconds from one walk's start to the next one's; a day by default. */
  interval?: number;
}

export interface BackgroundVerifier {
  /** Findings so far, in words for readiness. */
  status(): string;
  stop(): Promise<void>;
}

const DAY = 86_400_000;
/** Small pages, as the event loop belongs to others. */
const PAGE = { limit: 200, maxBytes: 256 * 1024 };
/** Milliseconds between two pages: while the process has little else to do, and while it has. */
const PAUSE = 25;
const PAUSE_UNDER_LOAD = 500;
/** Share of the event loop's time from which on it has much to do. */
const LOAD = 0.3;
/** Milliseconds between two looks at a log that is verified up to its head, and at one that cannot be read. */
const IDLE = 2_000;
/** Pauses do not keep the process alive. */
const UNREF = { ref: false };

interface Findings {
  verified: number;
  isWhole: boolean;
  broken: ChainBreak | undefined;
  openGuards: readonly string[];
}

export function startBackgroundVerifier(options: BackgroundVerifierOptions): BackgroundVerifier {
  const { log, metrics } = options;
  const findings: Findings = { verified: 0, isWhole: false, broken: undefined, openGuards: [] };
  const stopping = new AbortController();
  const { signal } = stopping;
  registerGauges(metrics, findings);
  const running = (async () => {
    while (!signal.aborted) {
      await walkOnce(options, findings, signal).catch((error: Error) => {
        if (!signal.aborted) log.debug({ reason: error.message }, 'the log cannot be verified now');
      });
      await pause(IDLE, signal, UNREF);
    }
  })();
  return {
    status: () => statusOf(findings),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Walks from the first record, then along with the head until the next walk is due; returns early from another log. */
async function walkOnce(
  { pool, log, interval = DAY }: BackgroundVerifierOptions,
  findings: Findings,
  signal: AbortSignal,
): Promise<void> {
  const end = performance.now() + interval;
  const { epoch } = await readLogIdentity(pool);
  const walk = new ChainWalk(GENESIS);
  await lookAtGuards(pool, findings, log);
  while (!signal.aborted) {
    const head = await readLogIdentity(pool);
    if (head.epoch !== epoch || head.position < walk.at.position) return;
    if (head.position === walk.at.position) {
      Object.assign(findings, { isWhole: true, broken: undefined });
      if (performance.now() >= end) return;
      await pause(Math.min(IDLE, interval), signal, UNREF);
      continue;
    }
    const before = performance.eventLoopUtilization();
    const broken = await walkPage(pool, walk, head.position);
    if (broken === 'another log') return;
    findings.verified = walk.verified;
    if (broken !== undefined) {
      report(broken, findings, log);
      return pause(Math.max(0, end - performance.now()), signal, UNREF);
    }
    const { utilization } = performance.eventLoopUtilization(before);
    await pause(utilization > LOAD ? PAUSE_UNDER_LOAD : PAUSE, signal, UNREF);
  }
}

async function walkPage(
  pool: Pool,
  walk: ChainWalk,
  head: number,
): Promise<ChainBreak | 'another log' | undefined> {
  for (const event of await readProven(pool, walk.at.position, head, PAGE)) {
    const previous = walk.at;
    const broken = walk.take(event);
    if (broken === undefined) continue;
    // A fail-over may have put another record in the place of the last one that was verified.
    const link = await readLink(pool, previous.position);
    return link?.hash === previous.hash ? broken : 'another log';
  }
  return undefined;
}

async function lookAtGuards(pool: Pool, findings: Findings, log: Logger): Promise<void> {
  const openGuards = await findOpenGuards(pool);
  if (openGuards.length > 0 && findings.openGuards.length === 0) {
    log.error({ triggers: openGuards }, 'triggers that keep the log immutable are switched off');
  }
  findings.openGuards = openGuards;
}

function report(broken: ChainBreak, findings: Findings, log: Logger): void {
  if (findings.broken?.position !== broken.position)
    log.error({ ...broken }, 'the hash chain of the log is broken');
  Object.assign(findings, { isWhole: false, broken });
}

function statusOf({ verified, isWhole, broken, openGuards }: Findings): string {
  const chain =
    broken === undefined
      ? `verified up to ${verified}${isWhole ? '' : ', going on'}`
      : `broken at position ${broken.position}: ${broken.reason}`;
  return openGuards.length === 0 ? chain : `${chain}; not immutable now: ${openGuards.join(', ')}`;
}

function registerGauges(registry: Registry, findings: Findings): void {
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  gauge(
    'att_log_verified_position',
    'Last position that the walk along the hash chain has verified',
    () => findings.verified,
  );
  gauge(
    'att_log_broken_position',
    'First position at which the hash chain is broken; 0 when it holds',
    () => findings.broken?.position ?? 0,
  );
  gauge(
    'att_log_open_guards',
    'Triggers that should keep the log immutable, but are switched off',
    () => findings.openGuards.length,
  );
}
