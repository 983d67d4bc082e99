import { afterEach, describe, expect, inject, it } from 'vitest';
import { expectWholeLog } from './testing/expect-whole-log.js';
import { createRelayedLog, type RelayedLog } from './testing/relayed-log.js';

const brokers = inject('kafka')?.brokers ?? [];

describe.skipIf(brokers.length === 0)('the relay', () => {
  let made: RelayedLog | undefined;

  afterEach(async () => {
    await made?.close();
    made = undefined;
  });

  it('publishes what is in the log and what comes, each event once and in order', async () => {
    made = await createRelayedLog(brokers);
    await made.append(2_500);
    const relay = made.start();
    await made.published();
    for (let i = 0; i < 20; i++) await made.append(5);
    await made.published();
    const messages = await expectWholeLog(made);
    expect(messages).toHaveLength(2_600);
    expect(await relay.metric('att_relay_published_events_total')).toBe(2_600);
    expect(await relay.metric('att_relay_active')).toBe(1);
    expect(await relay.metric('att_relay_lag_events')).toBe(0);
    expect(await relay.check.check()).toBe('has the log up to position 2600');
  });
});
