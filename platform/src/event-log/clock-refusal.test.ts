import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  allowAnyTime,
  createTestAppender,
  createTestDatabase,
  newEvent,
  type TestDatabase,
} from '../testing/index.js';
import { type Appender, type AppenderOptions, acceptClock, appendWithin } from './index.js';

const DAY = 24 * 60 * 60_000;

let database: TestDatabase;
let open: Appender[];

beforeEach(async () => {
  database = await createTestDatabase();
  open = [];
});

afterEach(async () => {
  await Promise.all(open.map((appender) => appender.close()));
  await database.drop();
});

function appender(options: Partial<AppenderOptions> = {}): Appender {
  const { connectionString } = database;
  const made = createTestAppender(connectionString, options);
  open.push(made);
  return made;
}

const count = async () =>
  (await database.pool().query('SELECT count(*) FROM log.events')).rows[0].count as number;
const headTime = async () =>
  Date.parse((await database.pool().query('SELECT recorded_at FROM log.head')).rows[0].recorded_at);

/** An event that an earlier release recorded while a clock was wrong. */
async function eventOfTheFuture(): Promise<void> {
  await allowAnyTime(database.pool());
  await appender({ now: () => Date.now() + DAY, anyTime: true }).append([newEvent()]);
  await database.pool().query('ALTER TABLE log.head ENABLE ALWAYS TRIGGER head_time');
}

it('refuses every event while the clock is ahead, takes the next once it is right, and lets others write', async () => {
  const clock = { ahead: 10 * 365 * DAY };
  const wrong = appender({ now: () => Date.now() + clock.ahead });
  await expect(wrong.append([newEvent()])).rejects.toMatchObject({ code: 'clock_refused' });
  expect(wrong.unavailable).toContain('ahead of the database');
  await appender().append([newEvent()]);
  await expect(wrong.append([newEvent()])).rejects.toMatchObject({ code: 'clock_refused' });
  clock.ahead = 0;
  await expect.poll(() => wrong.unavailable).toBeUndefined();
  await wrong.append([newEvent()]);
  expect(await count()).toBe(2);
  expect(await headTime()).toBeLessThan(Date.now() + 1_000);
});

it('refuses the first event after a leap, with no reading in between', async () => {
  const clock = { ahead: 0 };
  const leaping = appender({ now: () => Date.now() + clock.ahead });
  await leaping.append([newEvent()]);
  clock.ahead = DAY;
  const calls = Array.from({ length: 20 }, () => leaping.append([newEvent()]));
  for (const call of await Promise.allSettled(calls)) {
    expect(call).toMatchObject({ status: 'rejected', reason: { code: 'clock_refused' } });
  }
  expect(await count()).toBe(1);
});

it('says without any report that its clock is wrong', async () => {
  const wrong = appender({ now: () => Date.now() + 2 * 60_000 });
  await wrong.readClock();
  expect(wrong.unavailable).toContain("this process's clock is 120 s ahead of the database's");
});

it("gives the database's time, less 5 s, to what a clock that is behind records", async () => {
  const before = Date.now();
  await appender({ now: () => Date.now() - DAY }).append([newEvent()]);
  expect(await headTime()).toBeGreaterThan(before - 6_000);
});

it("refuses an operator's command by the same rule, and rolls it back", async () => {
  const client = await database.pool().connect();
  await client.query('BEGIN');
  const ahead = new Date(Date.now() + DAY).toISOString();
  await expect(appendWithin(client, undefined, [newEvent()], ahead)).rejects.toMatchObject({
    code: 'clock_refused',
    message: expect.stringMatching(/is wrong\. Set the clock .* `att log accept-clock`$/),
  });
  await client.query('ROLLBACK');
  client.release();
  expect(await count()).toBe(0);
});

it('goes on after an event of the future once an operator has accepted its time, which is an event', async () => {
  await eventOfTheFuture();
  const stopped = appender();
  await expect(stopped.append([newEvent()])).rejects.toMatchObject({ code: 'clock_refused' });
  await acceptClock(database.pool());
  await expect.poll(() => stopped.unavailable).toBeUndefined();
  await stopped.append([newEvent()]);
  const { rows } = await database.pool().query('SELECT type, actor, data FROM log.events ORDER BY position');
  expect(rows.map(({ type }) => type)).toEqual(['task.started', 'clock.accepted', 'task.started']);
  expect(JSON.parse(rows[1].data)).toEqual({ until: new Date(await headTime()).toISOString() });
  // One command is enough for all replicas, also for later ones.
  await appender().append([newEvent()]);
});

it('accepts up to a time only, and nothing that has come', async () => {
  await expect(acceptClock(database.pool())).rejects.toThrow('nothing to accept');
  await acceptClock(database.pool(), Date.now() + DAY);
  await appender({ now: () => Date.now() + DAY / 2 }).append([newEvent()]);
  await expect(appender({ now: () => Date.now() + 2 * DAY }).append([newEvent()])).rejects.toMatchObject({
    code: 'clock_refused',
  });
});

it('takes no batch that was planned long ago', async () => {
  await appender().append([newEvent()]);
  const old =
    "UPDATE log.head SET position = position + 1, recorded_at = clock_timestamp() - interval '11 s'";
  await database.pool().query('ALTER TABLE log.head DISABLE TRIGGER head_only_forward');
  await expect(database.pool().query(old)).rejects.toMatchObject({ code: 'T0002' });
});
