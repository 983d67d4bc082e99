/** Watches builds until all of them have ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Generation, Projection } from '@att/contracts';
import { isPassing } from '../client/errors.js';
import type { Client } from '../client/make-client.js';
import { type Outcome, outcomeOf } from './outcome.js';
import type { BuildProgress, ProgressView } from './progress.js';

/** Milliseconds between two questions, and for which a server may be away: a build survives its restart. */
const ASK_AGAIN = 400;
const PATIENCE = 60_000;

export interface Followed {
  /** As it was last told of. */
  generation: Generation;
  outcome: Outcome;
}

/** @throws when the signal aborts, or the server stays away */
export async function followBuilds(
  client: Client,
  asked: readonly Generation[],
  view: ProgressView,
  signal: AbortSignal,
): Promise<Followed[]> {
  let last = asked.map((generation): Followed => ({ generation, outcome: { kind: 'under way' } }));
  for (;;) {
    const projections = await askPatiently(client, view, signal);
    last = asked.map((wanted, at) => {
      const now = generationOf(projections, wanted);
      const generation = now ?? (last[at] as Followed).generation;
      return { generation, outcome: outcomeOf(wanted, now) };
    });
    view.show(last.map(({ generation, outcome }) => progressOf(generation, outcome, projections)));
    if (last.every(({ outcome }) => outcome.kind !== 'under way')) return last;
    await sleep(ASK_AGAIN, undefined, { signal });
  }
}

async function askPatiently(client: Client, view: ProgressView, signal: AbortSignal): Promise<Projection[]> {
  const giveUpAt = performance.now() + PATIENCE;
  for (let isFirst = true; ; isFirst = false) {
    signal.throwIfAborted();
    try {
      return (await client.call('listProjections')).body;
    } catch (error) {
      if (!isPassing(error) || performance.now() >= giveUpAt) throw error;
      if (isFirst) view.note('The server does not answer: waiting for it.');
      await sleep(ASK_AGAIN, undefined, { signal });
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
  // What has ended well has all that it was built for, whatever has come since.
  return { projection, position, head: kind === 'well' ? position : head, rate, eta_seconds };
}
