import type { Kafka } from 'kafkajs';
import { expect, it } from 'vitest';
import { openTopicConsumer } from './topic-consumer.js';

it('gives up in time where brokers fall silent, which answer no farewell either', async () => {
  const admin = {
    connect: async () => {},
    fetchTopicOffsetsByTimestamp: async () => {
      throw new Error('no answer');
    },
    disconnect: () => new Promise(() => {}),
  };
  const opening = openTopicConsumer({
    kafka: { admin: () => admin } as unknown as Kafka,
    topic: 'events',
    name: 'reader',
    from: 0,
    onOpen() {},
    onMessages() {},
    onLost() {},
  });
  const startedAt = performance.now();
  await expect(opening).rejects.toThrow('no answer');
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});
