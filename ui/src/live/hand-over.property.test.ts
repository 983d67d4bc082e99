/**
 * Property of the hand-over from snapshots to the socket. Answers and frames come in any order and however late, sockets
 * are lost and logs restored: a page always shows the log as it was at some position, with no gap and no double, and in
 * the end all of it.
 */
import { WEBHOOK_KINDS } from '@att/contracts';
import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ProjectList } from '../lists/project-list';
import { frameAt } from '../testing/frames';
import { FILTER, openPage, oracleOf, type Page, WINDOW } from '../testing/open-page';
import { countersOf } from '../testing/oracle';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const report = fc.record({
  kind: fc.constantFrom(...WEBHOOK_KINDS),
  project: fc.constantFrom('p', 'q'),
  task_id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  status: fc.constantFrom('running', 'waiting', 'completed', 'failed'),
});

type Move = (page: Page) => unknown;
const moves = fc.oneof<fc.WeightedArbitrary<Move>[]>(
  {
    weight: 8,
    arbitrary: report.map(
      ({ kind, ...fields }): Move =>
        ({ server }) =>
          server.append((position) => frameAt(position, kind, fields)),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Move>(({ server }) => server.append()) },
  {
    weight: 8,
    arbitrary: fc.integer({ min: 1, max: 5 }).map(
      (frames): Move =>
        ({ browser }) =>
          browser.receive(frames),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(fc.nat(2), fc.nat(6), fc.boolean()).map(
      ([which, lag, ofThen]): Move =>
        ({ requests, server }) => {
          const request = requests().at(which);
          request?.answer(ofThen ? request.log : server.log, lag);
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.nat(2).map(
      (which): Move =>
        ({ requests }) =>
          requests().at(which)?.fail(),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.integer({ min: 0, max: 1_500 }).map(
      (ms): Move =>
        () =>
          vi.advanceTimersByTimeAsync(ms),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(1006, 1012, 4400, 4408).map(
      (code): Move =>
        ({ browser }) =>
          browser.close(code),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(true, true, false).map(
      (isUp): Move =>
        ({ server }) => {
          server.isUp = isUp;
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.nat(5).map(
      (back): Move =>
        (page) =>
          restore(page, back),
    ),
  },
);

/** Restores a backup, but not before the first frame of a socket: answers of REST do not say which log they are of. */
function restore({ server, browser, knowsLog }: Page, back: number): void {
  if (!knowsLog()) return;
  server.restore(server.log.head - back);
  browser.close(1012);
}

async function settle(page: Page): Promise<void> {
  page.server.isUp = true;
  // Longer than the longest wait for a next try, in parts too short for the socket to be left as dead.
  for (let round = 0; round < 30; round += 1) {
    await catchUp(page);
    await vi.advanceTimersByTimeAsync(3_000);
  }
}

async function catchUp({ server, browser, requests }: Page): Promise<void> {
  for (const request of requests()) request.answer(server.log, 0);
  await vi.advanceTimersByTimeAsync(0);
  browser.receive(1_000);
}

it('shows the log at some position at every moment, and all of it in the end', async () => {
  const seen = { shown: 0, logs: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.boolean(),
      fc.array(moves, { maxLength: 80, size: 'max' }),
      async (seed, isOpen, story) => {
        const page = openPage(seed);
        if (isOpen) await catchUp(page);
        for (const move of story) {
          await move(page);
          await vi.advanceTimersByTimeAsync(0);
        }
        await settle(page);
        page.close();

        expect(page.wrong).toEqual([]);
        const { log, logs } = page.server;
        const oracle = oracleOf(log.events);
        expect(page.journal.at(-1)).toEqual(log.events.map((event) => event.position));
        expect(page.tasks.at(-1)).toEqual(oracle.list(FILTER, WINDOW));
        expect(countersOf(page.projects.at(-1) as ProjectList)).toEqual(
          countersOf(oracle.projects(log.head)),
        );
        seen.shown += page.checked();
        seen.logs += logs.size;
      },
    ),
    { seed: printedSeed('the hand-over'), numRuns: 1_000 },
  );
  expect(seen.shown).toBeGreaterThan(2_000);
  expect(seen.logs).toBeGreaterThan(1_200);
});
