import { describe, expect, it } from 'vitest';
import { createTestDatabase, silentLog, startStopwatch, type TestDatabase } from '../testing/index.js';
import { describeEventFeed } from './event-feed.contract.js';
import { createPostgresFeed } from './postgres-feed.js';
import type { FeedUnderTest } from './testing/feed-under-test.js';
import { createFeedWorld } from './testing/feed-world.js';

describeEventFeed('postgres', () => make());

// Notifications stay within a database, so a feed that listens in another hears none: only its poll is left.
describeEventFeed('postgres, without any notification', async () => {
  const elsewhere = await createTestDatabase();
  const made = await make({ listenIn: elsewhere, pollInterval: 50 });
  return {
    ...made,
    async close() {
      await made.close();
      await elsewhere.drop();
    },
  };
});

describe('the postgres feed', () => {
  it('is woken by the notification, long before its poll', async () => {
    const made = await make({ pollInterval: 60_000 });
    const stopping = new AbortController();
    const reader = made.feed.read({ after: 0, batchSize: 10, signal: stopping.signal });
    await made.append(1);
    await reader.next();
    const next = reader.next();
    const stop = startStopwatch();
    await made.append(1);
    expect((await next).value?.position).toBe(2);
    expect(stop()).toBeLessThan(5_000);
    stopping.abort();
    await made.close();
  });
});

interface MakeOptions {
  listenIn?: TestDatabase;
  pollInterval?: number;
}

function make({ listenIn, pollInterval }: MakeOptions = {}): Promise<FeedUnderTest> {
  return createFeedWorld(({ connectionString, pool }) =>
    createPostgresFeed({
      pool,
      connectionString: listenIn?.connectionString ?? connectionString,
      role: 'att_reader',
      log: silentLog,
      ...(pollInterval === undefined ? {} : { pollInterval }),
    }),
  );
}
