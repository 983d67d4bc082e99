import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestAppender, createTestDatabase, newEvent, type TestDatabase } from '../testing/index.js';
import { appendWithin, generationEvent, verifyLog } from './index.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const operatorEvent = () =>
  generationEvent('projection.paused', 'operator', { projection: 'tasks', generation: 1, version: 1 });

/** A transaction of a service that may not write the log. */
async function within<T>(
  ending: 'COMMIT' | 'ROLLBACK',
  work: (client: ClientBase) => Promise<T>,
): Promise<T> {
  const client = await database.pool('att_projector').connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query(ending);
    return result;
  } finally {
    client.release();
  }
}

const append = (client: ClientBase) =>
  appendWithin(client, 'att_ingest', [operatorEvent(), operatorEvent()], new Date().toISOString());

async function verifiedLog(): Promise<{ position: number; type: string; actor: string }[]> {
  const client = await database.pool().connect();
  try {
    const { rows } = await client.query('SELECT position, type, actor FROM log.events ORDER BY position');
    expect(rows.map(({ position }) => position)).toEqual(rows.map((_, index) => index + 1));
    expect(await verifyLog(client)).toMatchObject({ verified: rows.length, breaks: [] });
    return rows;
  } finally {
    client.release();
  }
}

describe('an append within a transaction', () => {
  it('races with an appender, and both write all they have, gapless and in one chain', async () => {
    const appender = createTestAppender(database.connectionString);
    let racing = true;
    const reported: number[] = [];
    const reporting = (async () => {
      while (racing) {
        const appends = Array.from({ length: 20 }, () => appender.append([newEvent()]));
        for (const [appended] of await Promise.all(appends)) reported.push(appended?.position ?? 0);
      }
    })();
    const acted: number[] = [];
    let turn = 0;
    // Until the appender has raced often enough, however slow a busy machine is.
    for (; turn < 50 || reported.length <= 100; turn++) {
      acted.push(...(await within('COMMIT', append)).map(({ position }) => position));
      await sleep(turn % 5);
    }
    racing = false;
    await reporting;
    await appender.close();

    const log = await verifiedLog();
    expect([...acted, ...reported].sort((a, b) => a - b)).toEqual(log.map(({ position }) => position));
    expect(acted).toHaveLength(2 * turn);
    for (const position of acted) expect(log[position - 1]?.type).toBe('projection.paused');
  });

  it('is undone with it, and its positions are given again', async () => {
    expect((await within('ROLLBACK', append)).map(({ position }) => position)).toEqual([1, 2]);
    expect(await verifiedLog()).toEqual([]);
    expect((await within('COMMIT', append)).map(({ position }) => position)).toEqual([1, 2]);
    expect(await verifiedLog()).toHaveLength(2);
  });

  it('gives the right to write the log back', async () => {
    const write = 'UPDATE log.head SET recorded_at = now()';
    const roleAfter = await within('COMMIT', async (client) => {
      await append(client);
      const { rows } = await client.query('SELECT current_user AS name');
      return rows[0].name;
    });
    expect(roleAfter).toBe('att_projector');
    await expect(
      within('ROLLBACK', async (client) => {
        await append(client);
        await client.query(write);
      }),
    ).rejects.toThrow('permission denied');
  });

  it('needs no role where there are none', async () => {
    const client = await database.pool().connect();
    await client.query('BEGIN');
    const [appended] = await appendWithin(client, undefined, [operatorEvent()], new Date().toISOString());
    await client.query('COMMIT');
    client.release();
    expect(appended?.position).toBe(1);
    expect(await verifiedLog()).toMatchObject([{ actor: 'operator' }]);
  });
});
