import type { Pool } from 'pg';
import { expect, it, vi } from 'vitest';
import { messageAt } from '../../event-topic/testing/messages.js';
import { silentLog, WAIT_LIMIT } from '../../testing/index.js';
import { HeadWatch } from './head-watch.js';
import { ReaderPlaces } from './reader-places.js';
import { ReaderState } from './reader-state.js';

/** A reader in the topic, at position 1, with the next two messages. */
function inTopic(): ReaderState {
  const state = new ReaderState({ after: 1, batchSize: 1, maxBytes: 1_000_000, near: 1_000 });
  const now = performance.now();
  state.next(now);
  state.pageRead(1, false, { epoch: 'e', head: 1 }, now);
  state.next(now);
  state.opened([{ partition: 0, offset: 0, end: 2 }], 1, now);
  state.arrived({ partition: 0, messages: [messageAt(2), messageAt(3)], next: 2, end: 2 });
  return state;
}

it('hands nothing on while a log that was replaced gets its new epoch', async () => {
  let recognised = (_: unknown) => {};
  const query = vi
    .fn()
    .mockResolvedValueOnce({
      rows: [{ epoch: 'e', head: 1, first: 'other', second: 'other', recorded_at: 0 }],
    })
    .mockReturnValueOnce(
      new Promise((resolve) => {
        recognised = resolve;
      }),
    );
  const state = inTopic();
  expect(state.isWorthWaking(performance.now())).toBe(true);
  expect(state.next(performance.now()).do).toBe('hand on');
  const changed = vi.fn();
  const watch = new HeadWatch({
    pool: { query } as unknown as Pool,
    log: silentLog,
    state,
    places: new ReaderPlaces({ position: 1, hash: 'of 1', epoch: 'e' }),
    onAnswered: () => {},
    onChanged: changed,
  });
  const ending = new AbortController();
  const ended = watch.run(ending.signal);
  await vi.waitFor(() => expect(query).toHaveBeenCalledTimes(2), WAIT_LIMIT);
  expect(changed).not.toHaveBeenCalled();
  expect(state.next(performance.now())).toEqual({ do: 'wait' });
  recognised({ rows: [{ epoch: 'f' }] });
  await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce(), WAIT_LIMIT);
  ending.abort();
  await ended;
});
