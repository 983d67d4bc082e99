import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEvent } from '@att/platform/event-log';
import { describe, expect, it } from 'vitest';
import type { PageOptions } from './read-page.js';
import { SharedPages } from './shared-pages.js';

const HEAD = 5_000;
const eventAt = (position: number) => ({ position, data_text: '{}' }) as LogEvent;

/** A log of 5,000 events that says how it was read. */
function setUp(latency = 2) {
  const asked: PageOptions[] = [];
  let under = 0;
  let most = 0;
  const pages = new SharedPages(async (options) => {
    asked.push(options);
    most = Math.max(most, ++under);
    await sleep(latency);
    under -= 1;
    const last = Math.min(HEAD, options.after + options.size);
    const events = Array.from({ length: last - options.after }, (_, index) =>
      eventAt(options.after + 1 + index),
    );
    return { events, position: last };
  });
  return { pages, asked, most: () => most };
}

const OPTIONS = { project: undefined, size: 500, maxBytes: 1_000 };

describe('500 clients that come at once', () => {
  it('get every event once and in order from few reads, two at a time', async () => {
    const { pages, asked, most } = setUp();
    const starts = Array.from({ length: 500 }, (_, index) => index);
    await Promise.all(
      starts.map(async (start) => {
        let position = start;
        const seen: number[] = [];
        while (position < HEAD) {
          const page = await pages.read({ ...OPTIONS, after: position });
          seen.push(...page.events.map((event) => event.position));
          expect(page.position).toBeGreaterThan(position);
          position = page.position;
        }
        expect(seen).toEqual(Array.from({ length: HEAD - start }, (_, index) => start + 1 + index));
      }),
    );
    // Alone, they would ask 5,000 times.
    expect(asked.length).toBeLessThan(500);
    expect(most()).toBe(2);
  });
});

describe('a page', () => {
  it('is that of its project, and no larger than it may be', async () => {
    const { pages, asked } = setUp();
    await pages.read({ ...OPTIONS, after: 0 });
    await pages.read({ ...OPTIONS, after: 10 });
    expect(asked).toHaveLength(1);
    await pages.read({ ...OPTIONS, after: 0, project: 'shop' });
    await pages.read({ ...OPTIONS, after: 0, maxBytes: 10 });
    expect(asked).toHaveLength(3);
  });

  it('of a log that was replaced while it was read is not kept', async () => {
    const { pages, asked } = setUp();
    const reading = pages.read({ ...OPTIONS, after: 0 });
    await sleep(1);
    pages.clear();
    await reading;
    await pages.read({ ...OPTIONS, after: 0 });
    expect(asked).toHaveLength(2);
  });

  it('that cannot be read leaves others their turn', async () => {
    let isAway = true;
    const pages = new SharedPages(async ({ after }) => {
      await sleep(1);
      if (isAway) throw new Error('away');
      return { events: [eventAt(after + 1)], position: after + 1 };
    });
    const failed = await Promise.allSettled(
      Array.from({ length: 20 }, (_, after) => pages.read({ ...OPTIONS, after })),
    );
    expect(failed.map(({ status }) => status)).toEqual(Array(20).fill('rejected'));
    isAway = false;
    expect((await pages.read({ ...OPTIONS, after: 3 })).position).toBe(4);
  });
});
