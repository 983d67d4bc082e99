import type { Event, TaskEvent } from '@att/contracts';
import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import type { Client } from '../api/make-client';
import { eventAt } from '../testing/frames';
import { between, type EventSearch, lastEvents, nextEvent } from './events-around';
import { isOfScope, type Scope } from './scope';

const SCOPE: Scope = { project: 'p', taskId: undefined };
const HEAD = 4_000;

/** List of events as the API has it: forwards, a page at a time. */
function searchOf(log: readonly TaskEvent[], pageSize: number): EventSearch {
  const read = async (_: unknown, { query }: { query: Record<string, string | number> }) => {
    const body = log
      .filter((event) => event.position > Number(query.after) && event.position <= Number(query.as_of))
      .filter((event) => isOfScope(SCOPE, event))
      .slice(0, Math.min(pageSize, Number(query.limit)));
    return { body: body as unknown as Event[], position: Number(query.as_of), total: null };
  };
  return { client: { read } as unknown as Client, scope: SCOPE };
}

const position = fc.integer({ min: 1, max: HEAD });

it('finds what is before and after a position, however far away it is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(position, fc.constantFrom('p', 'q')), {
        selector: ([at]) => at,
        maxLength: 60,
        size: 'max',
      }),
      fc.tuple(position, position),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 10 }),
      async (positions, ends, pageSize, count) => {
        const log = positions
          .sort(([a], [b]) => a - b)
          .map(([at, project]) => eventAt(at, 'status', { project }));
        const [after = 0, until = 0] = ends.sort((a, b) => a - b);
        const own = log.filter(
          (event) => event.project === 'p' && event.position > after && event.position <= until,
        );
        const search = searchOf(log, pageSize);
        const at = (events: readonly TaskEvent[]) => events.map((event) => event.position);
        expect(at(await between(search, after, until))).toEqual(at(own));
        expect(at(await lastEvents(search, after, until, count))).toEqual(at(own.slice(-count)));
        expect((await nextEvent(search, after, until))?.position).toBe(own[0]?.position);
      },
    ),
    { seed: printedSeed('events around a position'), numRuns: 100 },
  );
});

it('does not fetch all that happened before a long gap to find the end of it', async () => {
  const log = Array.from({ length: 50_000 }, (_, index) => eventAt(index + 1, 'status', { project: 'p' }));
  const search = searchOf(log, 1_000);
  const reads = vi.spyOn(search.client, 'read');
  const found = await lastEvents(search, 0, 90_000, 40);
  expect(found.map((event) => event.position)).toEqual(
    Array.from({ length: 40 }, (_, index) => 49_961 + index),
  );
  expect(reads.mock.calls.length).toBeLessThan(20);
});
