import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createTestAppender,
  createTestDatabase,
  newEvent,
  silentLog,
  type TestDatabase,
} from '../testing/index.js';
import { type BackgroundVerifier, startBackgroundVerifier } from './background-verifier.js';
import { type Appender, renewEpoch } from './index.js';

let database: TestDatabase;
let appender: Appender;
let metrics: Registry;
let verifier: BackgroundVerifier;

beforeEach(async () => {
  database = await createTestDatabase();
  metrics = new Registry();
  const { connectionString } = database;
  appender = createTestAppender(connectionString);
});
afterEach(async () => {
  await verifier.stop();
  await appender.close();
  await database.drop();
});

function start(interval: number): void {
  verifier = startBackgroundVerifier({
    pool: database.pool('att_reader'),
    log: silentLog,
    metrics,
    interval,
  });
}

const append = (count: number) => appender.append(Array.from({ length: count }, () => newEvent()));
const status = (expected: string | RegExp) => expect.poll(() => verifier.status()).toMatch(expected);

/** Changes the log with every trigger off, as the owner of the database can. */
async function tamper(statement: string): Promise<void> {
  await database.pool().query(`
    ALTER TABLE log.events DISABLE TRIGGER ALL;
    ALTER TABLE log.head DISABLE TRIGGER ALL;
    ${statement};`);
}

describe('the verifier in the background', () => {
  it('reaches the head, and follows it', async () => {
    await append(450);
    start(60_000);
    await status(/^verified up to 450$/);
    await append(3);
    await status(/^verified up to 453$/);
    expect(await metrics.metrics()).toMatch(/^att_log_verified_position 453$/m);
    expect(await metrics.metrics()).toMatch(/^att_log_broken_position 0$/m);
  });

  it('verifies again, and finds a change to verified events and the disabled triggers', async () => {
    await append(20);
    start(200);
    await status(/^verified up to 20$/);
    await tamper("UPDATE log.events SET agent = 'somebody' WHERE position = 7");
    await status(/^broken at position 7: .*; not immutable now: log.events: events_no_update is disabled, /);
    expect(await metrics.metrics()).toMatch(/^att_log_broken_position 7$/m);
    expect(await metrics.metrics()).toMatch(/^att_log_open_guards 7$/m);
  });

  it('recognises another log, and does not report it as broken', async () => {
    await append(20);
    start(60_000);
    await status(/^verified up to 20$/);
    // Fails over, as it were, to a standby that lacked the last events: other ones follow where they stood.
    await tamper(`
      DELETE FROM log.events WHERE position > 12;
      UPDATE log.head SET (position, hash) = (SELECT position, hash FROM log.events WHERE position = 12)`);
    await renewEpoch(database.pool());
    await appender.close();
    const { connectionString } = database;
    appender = createTestAppender(connectionString);
    await append(13);
    await status(/^verified up to 25$|^verified up to 25;/);
  });
});
