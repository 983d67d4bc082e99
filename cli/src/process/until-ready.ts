import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '@att/platform/service';

/** Milliseconds between two polls, and of all of them. */
const POLL_INTERVAL = 20;
const TIMEOUT = 10_000;

/**
 * Resolves once every service is ready, so that the URL can be used as soon as it is printed. After the timeout it resolves, too:
 * /readyz says what is missing.
 */
export async function untilReady(services: readonly Service[]): Promise<void> {
  const checks = services.flatMap((service) => service.checks ?? []);
  const giveUpAt = performance.now() + TIMEOUT;
  while (performance.now() < giveUpAt) {
    const results = await Promise.allSettled(checks.map(({ check }) => check()));
    if (results.every(({ status }) => status === 'fulfilled')) return;
    await sleep(POLL_INTERVAL);
  }
}
