/** Sends a story to a server, each report when it is due. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookKind } from '@att/contracts';
import { RefusedError } from '../client/errors.js';
import type { Client, RouteName } from '../client/make-client.js';
import type { Retrier } from '../client/retrier.js';
import { createLanes } from './lanes.js';
import { createLatencies, type Latencies } from './latencies.js';
import type { Report } from './story.js';

const ROUTE = {
  start: 'webhookStart',
  status: 'webhookStatus',
  finish: 'webhookFinish',
  error: 'webhookError',
} as const satisfies Record<WebhookKind, RouteName>;

/** Requests; 32 are enough to load a server with more events than a person can watch. */
const MAX_IN_FLIGHT = 32;
/** Milliseconds that the last requests have to be answered in, after the demo was ended. */
const LAST_ANSWERS = 3_000;

export interface Tally {
  sent: number;
  refused: number;
  latencies: Latencies;
}

export const newTally = (): Tally => ({ sent: 0, refused: 0, latencies: createLatencies() });

export interface PlayOptions {
  story: Iterable<Report>;
  client: Client;
  retrier: Retrier;
  signal: AbortSignal;
  /** Called after each answer. */
  progress(): void;
}

/**
 * Sends the reports of one agent one after another, so that they arrive in order. The story is paused while the server is
 * unavailable; reports that are late because the server is slow are sent faster until they are on time.
 *
 * @param tally is added to, answer by answer
 * @throws when no report can be sent, as for a wrong key; not when the signal ends it
 */
export async function play(tally: Tally, options: PlayOptions): Promise<void> {
  const { story, retrier, signal, progress } = options;
  const lanes = createLanes(MAX_IN_FLIGHT);
  const failing = new AbortController();
  const ending = AbortSignal.any([signal, failing.signal]);
  const send = sender(tally, options);
  const job = async (report: Report) => {
    await send(report).catch((error: unknown) => {
      failing.abort();
      throw error;
    });
    progress();
  };
  const startedAt = performance.now();
  for (const report of story) {
    await untilDue(() => startedAt + report.at * 1_000 + retrier.downtime() - performance.now(), ending);
    if (ending.aborted) break;
    await lanes.take(report.body.agent, () => job(report));
  }
  await lanes.empty();
}

/** Sends one report. Its idempotency key is of this play: a report may be retried, and the same story may be played twice. */
function sender(tally: Tally, { client, retrier, signal }: PlayOptions) {
  const playId = randomUUID();
  const lastMoment = later(signal, LAST_ANSWERS);
  let reports = 0;
  return async ({ kind, body }: Report): Promise<void> => {
    reports += 1;
    const idempotencyKey = `demo:${playId}:${reports}`;
    const post = async () => {
      const sentAt = performance.now();
      // A route's body has what all reports have; that the rest fits its kind, the story's test shows.
      const route = ROUTE[kind] as 'webhookStart';
      await client.call(route, { body, idempotencyKey, signal: lastMoment });
      tally.latencies.add(performance.now() - sentAt);
    };
    try {
      await retrier.run(post);
      tally.sent += 1;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof RefusedError) || error.status === 401 || error.status === 403) throw error;
      tally.refused += 1;
    }
  };
}

/** Signal that aborts so many milliseconds after another one. */
function later(signal: AbortSignal, milliseconds: number): AbortSignal {
  const controller = new AbortController();
  const abort = () => setTimeout(() => controller.abort(), milliseconds).unref();
  signal.addEventListener('abort', abort, { once: true });
  return controller.signal;
}

/** Waits until the time is due. It is asked for again every half second, as it moves on while the server is unavailable. */
async function untilDue(left: () => number, signal: AbortSignal): Promise<void> {
  for (let wait = left(); wait > 0 && !signal.aborted; wait = left()) {
    await sleep(Math.min(wait, 500), undefined, { signal }).catch(() => undefined);
  }
}
