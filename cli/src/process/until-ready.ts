import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '@att/platform/service';

/** Milliseconds between two looks, and for which it is worth looking. */
const LOOK_AGAIN = 20;
const PATIENCE = 10_000;

/**
 * Resolves once every service can do its work, so that whoever is told of the URL can use it at once. Gives up
 * waiting in the end: /readyz tells what is missing.
 */
export async function untilReady(services: readonly Service[]): Promise<void> {
  const checks = services.flatMap((service) => service.checks ?? []);
  const giveUpAt = performance.now() + PATIENCE;
  while (performance.now() < giveUpAt) {
    const results = await Promise.allSettled(checks.map(({ check }) => check()));
    if (results.every(({ status }) => status === 'fulfilled')) return;
    await sleep(LOOK_AGAIN);
  }
}
