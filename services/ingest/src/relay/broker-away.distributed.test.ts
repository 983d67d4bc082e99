/** The relay while its broker is killed, frozen, or was never there: nothing waits for it, and the topic gets all in the end. */
import { type KafkaServer, startKafka, timed, until } from '@att/platform/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createRelayedLog, type RelayedLog } from './testing/relayed-log.js';

describe.skipIf(!inject('ownServers').kafka)('the relay', () => {
  let kafka: KafkaServer;
  let made: RelayedLog;

  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka.stop());
  beforeEach(async () => {
    made = await createRelayedLog(kafka.brokers);
  });
  afterEach(() => made.close());

  /** Appends for a while. @returns the longest time that an append took, in milliseconds of a stopwatch */
  async function appendSome(): Promise<number> {
    let longest = 0;
    for (let i = 0; i < 40; i++) {
      const { took } = await timed(made.append(25));
      longest = Math.max(longest, took);
    }
    return longest;
  }

  it('catches up after a broker that was killed in the middle', async () => {
    const relay = made.start();
    await made.append(100);
    await made.published();
    const appending = appendSome();
    await kafka.kill();
    await appending;
    expect(await appendSome()).toBeLessThan(2_000);
    await until('readiness says so', async () => {
      const detail = await relay.check.check();
      return typeof detail !== 'string' && detail.degraded.includes('publishing fails');
    });
    expect(await relay.metric('att_relay_lag_events')).toBeGreaterThan(900);
    await kafka.restart();
    await made.published();
    await made.whole();
    await expect.poll(() => relay.check.check()).toBe('has the log up to position 2100');
  });

  it('stops at once while the broker is frozen, and another goes on later', async () => {
    const relay = made.start();
    await made.append(100);
    await made.published();
    await kafka.freeze();
    expect(await appendSome()).toBeLessThan(2_000);
    expect((await timed(relay.stop())).took).toBeLessThan(4_000);
    const other = made.start();
    kafka.resume();
    await made.published();
    await made.whole();
    await other.stop();
  });

  it('is degraded, and not unready, where no broker was ever there', async () => {
    await kafka.kill();
    const relay = made.start();
    await made.append(10);
    await until('it has tried', async () => (await relay.metric('att_relay_failures_total')) > 0);
    expect(await relay.check.check()).toEqual({
      degraded: expect.stringMatching(
        /^the topic lacks 10 events, the oldest is \d+ s old: publishing fails/,
      ),
    });
    await kafka.restart();
    await made.published();
    await made.whole();
  });
});
