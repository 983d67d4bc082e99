/** The relay beside other producers on its topic: whatever they write, the log is published, once. */
import { createStrangeProducer, type StrangeProducer, until } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createRelayedLog, type RelayedLog, type StartedRelay } from './testing/relayed-log.js';

const brokers = inject('kafka')?.brokers ?? [];

const isActive = async (relay: StartedRelay) => (await relay.metric('att_relay_active')) === 1;
const published = (relay: StartedRelay) => relay.metric('att_relay_published_events_total');

/** Message with all attributes that an event has, and values that none has. */
const FORGED =
  '{"id":"1","type":"a","time":"now","actor":"a","position":"1.5","prev":"-1","epoch":"mine","hash":"none","data":{}}';

describe.skipIf(brokers.length === 0)('beside another producer', () => {
  let made: RelayedLog;
  let stranger: StrangeProducer;
  let first: StartedRelay;

  beforeEach(async () => {
    made = await createRelayedLog(brokers);
    first = made.start();
    await until('it is active', () => isActive(first));
    await made.append(100);
    await made.published();
    stranger = await createStrangeProducer(made.config);
  });

  afterEach(async () => {
    await stranger.close();
    await made.close();
  });

  /** Another relay, which begins with what the topic has. */
  async function takeOver(): Promise<StartedRelay> {
    await first.stop();
    const second = made.start();
    await made.append(100);
    await made.published();
    return second;
  }

  it.each([
    ['a deletion', () => stranger.write(null)],
    ['no JSON', () => stranger.write('hello')],
    ['a forgery', () => stranger.write(FORGED)],
    ['the end of a transaction', async () => (await stranger.openTransaction()).commit()],
    ['a transaction that was given up', async () => (await stranger.openTransaction()).abort()],
    ['a batch in zstd', () => stranger.writeCompressed('zstd')],
    ['a batch in lz4', () => stranger.writeCompressed('lz4')],
    ['a batch in snappy', () => stranger.writeCompressed('snappy')],
  ])('that left %s at the end it goes on where the log was left', async (_, write) => {
    await write();
    const second = await takeOver();
    expect(await published(second)).toBe(100);
  });

  it('whose transaction stays open it sends nothing again', async () => {
    const transaction = await stranger.openTransaction();
    await made.append(100);
    await made.published();
    const second = await takeOver();
    expect(await published(second)).toBe(100);
    await transaction.abort();
  });
});
