import { problem } from '@att/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem, ServerUnreachable } from '../api/errors';
import { changesOf } from '../testing/changes';
import type { Change } from './change';
import type { Feed, FeedListener } from './make-feed';
import { makeRecent } from './make-recent';
import { type Loaded, makeSnapshot, type SnapshotSource } from './make-snapshot';

/** Data is the list of positions folded in; positions that end in 5 make it inexact. */
type Data = number[];

function setUp() {
  const recent = makeRecent(5);
  let listener: FeedListener | undefined;
  const feed: Feed = {
    subscribe(subscriber) {
      listener = subscriber;
      return () => {
        listener = undefined;
      };
    },
    awaitSnapshot: (snapshot) => void snapshot.catch(() => undefined),
    floor: recent.floor,
    head: recent.head,
    changesAfter: (position) => (recent.floor() === undefined ? [] : recent.after(position)),
    learn() {},
    retry() {},
    stop() {},
  };
  const loads: {
    minPosition: number | undefined;
    answer(position: number): void;
    fail(error: unknown): void;
  }[] = [];
  const source: SnapshotSource<Data> = {
    load: (minPosition) =>
      new Promise<Loaded<Data>>((resolve, reject) => {
        loads.push({
          minPosition,
          answer: (position) => resolve({ data: [position], position }),
          fail: reject,
        });
      }),
    fold: (data, changes) => ({
      data: [...data, ...changes.map((change) => change.position)],
      inexactAt: changes.findLast((change) => change.position % 10 === 5)?.position ?? 0,
    }),
  };
  const seen: Data[] = [];
  const errors: unknown[] = [];
  const snapshot = makeSnapshot(feed, source, {
    onData: (data) => seen.push(data),
    onError: (error) => errors.push(error),
  });
  const bring = (...positions: number[]) => {
    const changes: Change[] = changesOf(positions.map((position) => [position, 'status']));
    recent.add(changes);
    listener?.onChanges(changes);
  };
  return { recent, loads, seen, errors, snapshot, bring, listener: () => listener };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', globalThis);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a snapshot and the changes', () => {
  it('ignores changes at or below its position', async () => {
    const { recent, loads, seen, bring } = setUp();
    loads[0]?.answer(20);
    await settle();
    recent.begin(10);
    bring(18, 20, 21);
    expect(seen).toEqual([[20], [20, 21]]);
  });

  it('is brought up to the changes that came before it', async () => {
    const { recent, loads, seen, bring } = setUp();
    recent.begin(10);
    bring(18, 21, 22);
    loads[0]?.answer(20);
    await settle();
    expect(seen).toEqual([[20, 21, 22]]);
  });

  it('is fetched again when it is too old for them, at least as new as they begin', async () => {
    const { recent, loads, seen, bring } = setUp();
    recent.begin(10);
    bring(11, 12, 13, 14, 16, 17, 18);
    loads[0]?.answer(9);
    await vi.advanceTimersByTimeAsync(200);
    expect(loads[1]?.minPosition).toBe(12);
    loads[1]?.answer(17);
    await settle();
    expect(seen).toEqual([[17, 18]]);
  });

  it('is fetched again from where the log goes on', async () => {
    const { recent, loads, seen, bring, listener } = setUp();
    loads[0]?.answer(20);
    await settle();
    recent.begin(3);
    listener()?.onReset();
    bring(4);
    expect(seen).toEqual([[20]]);
    expect(loads[1]?.minPosition).toBe(3);
    loads[1]?.answer(3);
    await settle();
    expect(seen.at(-1)).toEqual([3, 4]);
  });
});

describe('inexact data', () => {
  it('is fetched again once for all changes, at the newest of them', async () => {
    const { recent, loads, bring } = setUp();
    recent.begin(10);
    loads[0]?.answer(10);
    await vi.advanceTimersByTimeAsync(5_000);
    bring(15);
    bring(25);
    bring(26);
    expect(loads).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(150);
    expect(loads).toHaveLength(2);
    expect(loads[1]?.minPosition).toBe(25);
  });

  it('is fetched again about once a second however many changes there are', async () => {
    const { recent, loads, bring } = setUp();
    recent.begin(0);
    loads[0]?.answer(0);
    await settle();
    for (let at = 1; at <= 10_000; at += 1) {
      if (at % 10 === 0) bring(at * 10 + 5);
      await vi.advanceTimersByTimeAsync(1);
      loads.at(-1)?.answer(at * 10 + 9);
    }
    expect(loads.length).toBeGreaterThan(8);
    expect(loads.length).toBeLessThan(12);
  });
});

describe('failures', () => {
  it('of a server that is away are tried again, and at once when it is there again', async () => {
    const { loads, errors, listener } = setUp();
    loads[0]?.fail(new ServerUnreachable(undefined));
    await settle();
    listener()?.onConnected();
    expect(loads).toHaveLength(2);
    loads[1]?.answer(1);
    await settle();
    expect(errors).toEqual([expect.any(ServerUnreachable), undefined]);
  });

  it('wait as long as the server asks', async () => {
    const { loads } = setUp();
    loads[0]?.fail(new ApiProblem(problem('projection_behind', '', 'r'), 2));
    await vi.advanceTimersByTimeAsync(1_999);
    expect(loads).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(loads).toHaveLength(2);
  });

  it('that will not pass are left alone', async () => {
    const { loads } = setUp();
    loads[0]?.fail(new ApiProblem(problem('forbidden', '', 'r'), null));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(loads).toHaveLength(1);
  });
});

it('reports nothing more once it was disposed of', async () => {
  const { loads, seen, errors, snapshot } = setUp();
  snapshot.dispose();
  loads[0]?.answer(1);
  await settle();
  expect([seen, errors]).toEqual([[], []]);
});
