import { PROBLEMS, type ProblemCode, problemSchema } from '@att/contracts';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { AppendError } from '../event-log/index.js';
import type { Logger } from '../logging/index.js';
import { ProblemError, problemAnswer } from './index.js';

/** Answer that a caller gets for an error, with the entries of the log. */
function answerTo(error: unknown) {
  const logged: unknown[] = [];
  const log = { error: (entry: unknown) => logged.push(entry) } as unknown as Logger;
  const answer = problemAnswer(error, 'request-1', log);
  problemSchema.strict().parse(answer.body);
  expect(answer.body.status).toBe(answer.status);
  expect(answer.body.request_id).toBe('request-1');
  return { ...answer, logged };
}

const databaseError = (code: string, severity = 'ERROR') =>
  Object.assign(new pg.DatabaseError('relation "secret_table" and its password', 10, 'error'), {
    code,
    severity,
  });
const nodeError = (code: string, syscall?: string) =>
  Object.assign(new Error(`${syscall} ${code} 10.0.0.1:5432`), { code, ...(syscall && { syscall }) });

describe('an error', () => {
  it('that names its problem keeps status, detail, pointers and headers', () => {
    const errors = [{ pointer: '/a', detail: 'is wrong' }];
    const answer = answerTo(
      new ProblemError('invalid_body', '/a is wrong.', { errors, headers: { 'X-Extra': '1' } }),
    );
    expect(answer).toMatchObject({
      status: 422,
      headers: { 'X-Extra': '1' },
      body: { detail: '/a is wrong.', errors },
    });
    expect(answer.logged).toEqual([]);
  });

  it.each([
    [new ProblemError('projection_behind', 'Try again.'), '1'],
    [new ProblemError('projection_behind', 'Try again.', { retryAfter: 30 }), '30'],
    [new ProblemError('rate_limited', 'Too many.', { retryAfter: 30 }), '30'],
    [new ProblemError('not_found', 'There is nothing.', { retryAfter: 30 }), undefined],
  ])('brings Retry-After when its status is 429 or 503: %s', (error, retryAfter) => {
    expect(answerTo(error).headers['Retry-After']).toBe(retryAfter);
  });

  it.each([
    ['queue_full', 'queue_full'],
    ['database_unavailable', 'database_unavailable'],
    ['shutting_down', 'shutting_down'],
    ['outcome_unknown', 'outcome_unknown'],
    ['rejected', 'internal_error'],
  ] as [AppendError['code'], ProblemCode][])('of an append, %s, is %s', (code, problem) => {
    const answer = answerTo(new AppendError(code, 'secret internals'));
    expect(answer.body.code).toBe(problem);
    expect(answer.headers['Retry-After']).toBe(
      [429, 503].includes(PROBLEMS[problem].status) ? '1' : undefined,
    );
    expect(JSON.stringify(answer.body)).not.toContain('secret');
  });

  it.each([
    ['a refused connection', nodeError('ECONNREFUSED', 'connect')],
    ['a reset connection', nodeError('ECONNRESET')],
    ['a broken pipe', nodeError('EPIPE')],
    ['an unknown host', nodeError('ENOTFOUND', 'getaddrinfo')],
    ['a host name that cannot be resolved now', nodeError('EAI_AGAIN', 'getaddrinfo')],
    ['a socket file that is gone', nodeError('ENOENT', 'connect')],
    ['both addresses of localhost refusing', Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })],
    ['a connection that ended', new Error('Connection terminated unexpectedly')],
    ['a connection that did not come', new Error('timeout exceeded when trying to connect')],
    ['a connection that came too late', new Error('Connection terminated due to connection timeout')],
    ['a query without an answer', new Error('Query read timeout')],
    ['a server that shuts down', databaseError('57P01', 'FATAL')],
    ['a server that starts', databaseError('57P03', 'FATAL')],
    ['too many connections', databaseError('53300', 'FATAL')],
    ['a full disk', databaseError('53100')],
    ['a statement that took too long', databaseError('57014')],
  ])('that means %s is 503 with Retry-After', (_, error) => {
    const answer = answerTo(error);
    expect(answer).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    expect(answer.body.code).toBe('database_unavailable');
    expect(JSON.stringify(answer.body)).not.toMatch(/secret|10\.0\.0\.1/);
  });

  it.each([
    ['a bug', new TypeError("Cannot read properties of undefined (reading 'secret')")],
    ['a statement at fault', databaseError('42601')],
    ['an error of something else', nodeError('ENOENT')],
    ['a string', 'secret'],
    ['nothing', undefined],
  ])('that is %s is a generic 500, and the log has it', (_, error) => {
    const answer = answerTo(error);
    expect(answer.body.code).toBe('internal_error');
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    expect(answer.logged).toEqual([{ requestId: 'request-1', err: error }]);
  });

  it('of a broken percent-encoding is 400', () => {
    expect(answerTo(new URIError('URI malformed')).body.code).toBe('malformed_request');
  });
});
