/** Follows builds until all of them have ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Generation, Projection } from '@att/contracts';
import { isTransient } from '../client/errors.js';
import type { Client } from '../client/make-client.js';
import { type Outcome, outcomeOf } from './outcome.js';
import type { BuildProgress, ProgressView } from './progress.js';

/** Milliseconds between two polls, and for which the server may be unavailable: a build survives its restart. */
const POLL_INTERVAL = 400;
const UNAVAILABLE_TIMEOUT = 60_000;

export interface Followed {
  /** Generation as the server last described it. */
  generation: Generation;
  outcome: Outcome;
}

/** @throws when the signal aborts, or the server stays unavailable */
export async function followBuilds(
  client: Client,
  requested: readonly Generation[],
  view: ProgressView,
  signal: AbortSignal,
): Promise<Followed[]> {
  let last = requested.map((generation): Followed => ({ generation, outcome: { kind: 'under way' } }));
  for (;;) {
    const projections = await listProjections(client, view, signal);
    last = requested.map((wanted, index) => {
      const now = generationOf(projections, wanted);
      const generation = now ?? (last[index] as Followed).generation;
      return { generation, outcome: outcomeOf(wanted, now) };
    });
    view.show(last.map(({ generation, outcome }) => progressOf(generation, outcome, projections)));
    if (last.every(({ outcome }) => outcome.kind !== 'under way')) return last;
    await sleep(POLL_INTERVAL, undefined, { signal });
  }
}

async function listProjections(
  client: Client,
  view: ProgressView,
  signal: AbortSignal,
): Promise<Projection[]> {
  const giveUpAt = performance.now() + UNAVAILABLE_TIMEOUT;
  for (let isFirst = true; ; isFirst = false) {
    signal.throwIfAborted();
    try {
      return (await client.call('listProjections')).body;
    } catch (error) {
      if (!isTransient(error) || performance.now() >= giveUpAt) throw error;
      if (isFirst) view.note('The server does not answer: waiting for it.');
      await sleep(POLL_INTERVAL, undefined, { signal });
    }
  }
}

function generationOf(projections: readonly Projection[], { id }: Generation): Generation | undefined {
  return projections.flatMap(({ generations }) => generations).find((generation) => generation.id === id);
}

function progressOf(
  { projection, position, rate, eta_seconds }: Generation,
  { kind }: Outcome,
  projections: readonly Projection[],
): BuildProgress {
  const head = projections.find(({ name }) => name === projection)?.head ?? position;
  // A build that succeeded is complete, even if events have come since.
  return { projection, position, head: kind === 'succeeded' ? position : head, rate, eta_seconds };
}
