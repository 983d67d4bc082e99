import type { Pool } from 'pg';
import { expect, it, vi } from 'vitest';
import { ReplicaPool } from './replica-pool.js';

/** Pool that may be ended once, as pg's. */
function fakePool() {
  const end = vi
    .fn()
    .mockResolvedValueOnce(undefined)
    .mockRejectedValue(new Error('Called end on pool more than once'));
  const query = async () => ({ rows: [] });
  return { end, query } as unknown as Pool;
}

it('is ended once where the replica is given up during a stop, and opens nothing any more', async () => {
  const opened: Pool[] = [];
  const open = () => {
    const pool = fakePool();
    opened.push(pool);
    return pool;
  };
  const pool = new ReplicaPool(open, () => {});
  await pool.query({ text: 'SELECT 1' });
  await pool.end();
  pool.giveUp(new Error('away'));
  await expect(pool.query({ text: 'SELECT 1' })).rejects.toThrow('was ended');
  expect(opened).toHaveLength(1);
  expect(opened[0]?.end).toHaveBeenCalledOnce();
});

it('opens connections anew once they were given up', async () => {
  const open = vi.fn(fakePool);
  const pool = new ReplicaPool(open, () => {});
  await pool.query({ text: 'SELECT 1' });
  pool.giveUp(new Error('away'));
  await pool.query({ text: 'SELECT 1' });
  expect(open).toHaveBeenCalledTimes(2);
  await pool.end();
});
