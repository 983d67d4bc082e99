import { describe, expect, it } from 'vitest';
import { explainDatabase } from './explain-database.js';

const error = (message: string, more: object = {}) => Object.assign(new Error(message), more);

/** Errors of pg, Node and OpenSSL, each with a word of its explanation. */
const EXPLAINED: [message: string, more: object, says: string][] = [
  ['self-signed certificate', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'sslrootcert=FILE'],
  [
    'unable to verify the first certificate',
    { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    'sslmode=no-verify',
  ],
  [
    "Hostname/IP does not match certificate's altnames",
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    'another host',
  ],
  ['certificate has expired', { code: 'CERT_HAS_EXPIRED' }, 'not valid'],
  [
    'error:0480006C:PEM routines::no start line',
    { code: 'ERR_OSSL_PEM_NO_START_LINE' },
    'no usable PEM file',
  ],
  ['The server does not support SSL connections', {}, 'sslmode=disable'],
  [
    "ENOENT: no such file or directory, open '/ca.pem'",
    { code: 'ENOENT', syscall: 'open', path: '/ca.pem' },
    '/ca.pem',
  ],
  [
    'no pg_hba.conf entry for host "10.0.0.1", no encryption',
    { code: '28000', severity: 'FATAL' },
    'sslmode=verify-full',
  ],
  ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', {}, 'DATABASE_URL has none'],
  ['sorry, too many clients already', { code: '53300', severity: 'FATAL' }, 'max_connections'],
  [
    'the database system is starting up',
    { code: '57P03', severity: 'FATAL' },
    'does not take connections now',
  ],
  ['no tables on Fridays', { code: 'P0001', severity: 'ERROR' }, 'SQLSTATE P0001'],
  ['connect ECONNREFUSED 127.0.0.1:1', { code: 'ECONNREFUSED', syscall: 'connect' }, 'cannot be reached'],
];

describe('what a database or the way to it says', () => {
  it.each(EXPLAINED)('%s %j is explained in a line', (message, more, says) => {
    const explanation = explainDatabase(error(message, more));
    expect(explanation).toContain(says);
    expect(explanation).not.toContain('\n');
  });

  it('is no other error', () => {
    expect(explainDatabase(new TypeError('x is not a function'))).toBeUndefined();
    expect(explainDatabase(error('no such file', { code: 'ENOENT', syscall: 'scandir' }))).toBeUndefined();
  });
});
