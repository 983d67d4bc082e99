import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { createTestDatabase, silentLog } from '../testing/index.js';
import {
  classifyFailure,
  createPool,
  type Failure,
  isRefusal,
  isUnavailable,
  SessionError,
} from './index.js';

function said(code: string, severity = 'ERROR'): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('no', 10, 'error'), { code, severity });
}

/** Each with what it is when the server says it of a statement, and goes on with the session. */
const SAID: [meaning: Failure, codes: string[]][] = [
  [
    'unavailable',
    ['25006', '40001', '40P01', '53000', '53100', '53200', '53400', '55000', '55006', '55P03', '57014'],
  ],
  ['unavailable', ['58000', '58030', '58P01', 'F0000', 'XX000', 'XX001', 'XX002', '72000']],
  ['rejected', ['22003', '22008', '22P02', '22P05', '23502', '23505', '23514', '21000', '54000', '54001']],
  ['connection_lost', ['08000', '08006', '40003', '57P01', '57P02', '57P04', '57P05', '25P03', '25P04']],
  [
    'bug',
    ['0A000', '25P02', '26000', '34000', '42501', '42601', '42703', '42883', '42P01', '42P05', '3F000'],
  ],
  ['bug', ['', '99999', 'ZZ001', 'toString', 'constructor', '__proto__']],
];

describe('what the server says of a statement', () => {
  it.each(SAID)('is %s: %s', (meaning, codes) => {
    for (const code of codes) expect([code, classifyFailure(said(code))]).toEqual([code, meaning]);
  });

  it('is a lost connection when it ends the session, in whatever language the server says so', () => {
    for (const severity of ['FATAL', 'PANIC']) {
      expect(classifyFailure(said('XX000', severity))).toBe('connection_lost');
    }
    // Recovery of a standby ends sessions that are in its way with the code with which it cancels statements.
    expect(classifyFailure(said('40001', 'FATAL'))).toBe('connection_lost');
    for (const code of ['57P01', '57P02', '25P03']) {
      expect(classifyFailure(said(code, 'ВАЖНО'))).toBe('connection_lost');
    }
    for (const code of ['53300', '57P03', '28P01']) {
      expect(classifyFailure(said(code, 'FATAL'))).toBe('unavailable');
      expect(classifyFailure(said(code, '致命错误'))).toBe('unavailable');
    }
  });
});

describe('another error', () => {
  it('of a connection is a lost connection', async () => {
    const pool = createPool({
      connectionString: 'postgres://me@127.0.0.1:1/none',
      role: undefined,
      max: 1,
      name: 'test',
      log: silentLog,
    });
    const refused = await pool.query('SELECT 1').catch((error: unknown) => error);
    await pool.end();
    const ended = await pool.query('SELECT 1').catch((error: unknown) => error);
    const database = await createTestDatabase();
    const client = new pg.Client(database.connectionString);
    client.on('error', () => {});
    await client.connect();
    const lost = client.query('SELECT pg_sleep(10)').catch((error: unknown) => error);
    client.connection.stream.destroy();
    const errors = [refused, ended, await lost, new Error('Query read timeout')];
    expect(errors.map(classifyFailure)).toEqual(errors.map(() => 'connection_lost'));
    await database.drop();
  });

  it('that nobody knows is a bug, and no reason to wait for the database', () => {
    for (const error of [new Error('cannot read the moon'), 'a text', undefined, new DOMException('x')]) {
      expect(classifyFailure(error)).toBe('bug');
      expect(isUnavailable(error)).toBe(false);
      expect(isRefusal(error)).toBe(false);
    }
  });

  it('of values that cannot be sent is theirs', () => {
    expect(classifyFailure(new RangeError('too large'))).toBe('rejected');
  });

  it('of a session that is not as it has to be is the database’s, for as long as it is', () => {
    expect(classifyFailure(new SessionError('not as set'))).toBe('unavailable');
  });
});
