/** Webhooks do not pass through Express; what a caller sees of HTTP is the same on both paths all the same. */
import { PROBLEMS, type Problem, type ProblemCode, problemSchema } from '@att/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OneServer, startOneServer } from './one-server.js';

interface Path {
  method: string;
  path: string;
  nothing: string;
  key: string;
  /** A key that is known, and lacks the scope. */
  powerless: string;
  wrongMethod: string;
  allow: string;
  status: number;
  /** Headers of an answer that is no refusal. */
  caching: string;
}

const LEAN: Path = {
  method: 'POST',
  path: '/webhook/start',
  nothing: '/webhook/nothing',
  key: 'ingest',
  powerless: 'read',
  wrongMethod: 'PUT',
  allow: 'POST',
  status: 202,
  caching: 'no-store',
};
const EXPRESS: Path = {
  method: 'GET',
  path: '/api/events',
  nothing: '/api/nothing',
  key: 'read',
  powerless: 'ingest',
  wrongMethod: 'DELETE',
  allow: 'GET, HEAD',
  status: 200,
  // Answers with an ETag may be kept, and are revalidated.
  caching: 'private, no-cache',
};
const REPORT = { project: 'shop', task: 'Title', task_id: 'task-1', agent: 'claude' };

let server: OneServer;
beforeAll(async () => {
  server = await startOneServer();
});
afterAll(() => server.close());

interface Sent {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
}

describe.each([
  ['the lean path', LEAN],
  ['the path through Express', EXPRESS],
])('%s', (_, of) => {
  async function send({ method = of.method, path = of.path, headers }: Sent = {}) {
    const response = await fetch(server.url + path, {
      method,
      headers: { 'Content-Type': 'application/json', ...(headers ?? { 'X-API-Key': of.key }) },
      ...(method === 'GET' ? {} : { body: JSON.stringify(REPORT) }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
  type Answer = Awaited<ReturnType<typeof send>>;

  /** The whole form of a refusal; only its detail is each path's own. */
  function refused(answer: Answer, code: ProblemCode): Problem {
    expect(`${answer.status} ${answer.text}`).toMatch(new RegExp(`^${PROBLEMS[code].status} `));
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expectApiHeaders(answer, 'no-store');
    const problem = problemSchema.strict().parse(JSON.parse(answer.text));
    expect(problem).toMatchObject({
      type: `urn:agent-task-tracker:problem:${code}`,
      code,
      ...PROBLEMS[code],
      request_id: answer.headers.get('x-request-id'),
    });
    return problem;
  }

  function expectApiHeaders({ headers }: Answer, caching: string): void {
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe(caching);
    expect(headers.get('x-request-id')).toMatch(/^[\w.:-]{1,100}$/);
    expect(headers.has('x-powered-by')).toBe(false);
  }

  it('answers JSON with the same headers', async () => {
    const answer = await send();
    expect(answer.status).toBe(of.status);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(Number(answer.headers.get('content-length'))).toBe(Buffer.byteLength(answer.text));
    expectApiHeaders(answer, of.caching);
  });

  it.each<[string, Record<string, string>]>([
    ['no key', {}],
    ['an empty key', { 'X-API-Key': '' }],
    ['a wrong key', { 'X-API-Key': 'wrong' }],
    ['a wrong bearer', { Authorization: 'Bearer wrong' }],
    ['the right key by another scheme', { Authorization: `Basic ${of.key}` }],
  ])('refuses %s with 401 and how to do it', async (_what, headers) => {
    const answer = await send({ headers });
    refused(answer, 'unauthorized');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each<[string, Record<string, string>, string]>([
    ['X-API-Key', { 'X-API-Key': of.key }, ''],
    ['Authorization', { Authorization: `Bearer ${of.key}` }, ''],
    ['the URL', {}, `?api_key=${of.key}`],
  ])('takes the key from %s', async (_where, headers, search) => {
    expect((await send({ path: of.path + search, headers })).status).toBe(of.status);
  });

  it('refuses a key without the scope with 403', async () => {
    const problem = refused(await send({ headers: { 'X-API-Key': of.powerless } }), 'forbidden');
    expect(problem.detail).toBe(`This needs a key with the scope ${of.key}.`);
  });

  it('has nothing at other paths: 404', async () => {
    const problem = refused(await send({ path: of.nothing }), 'not_found');
    expect(problem.detail).toBe(`There is nothing at ${of.nothing}.`);
  });

  it('refuses another method with 405, and says which there is', async () => {
    const answer = await send({ method: of.wrongMethod });
    refused(answer, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe(of.allow);
  });

  it('gives each request an id of its own', async () => {
    const ids = await Promise.all(
      [send(), send(), send({ headers: {} })].map(async (answer) =>
        (await answer).headers.get('x-request-id'),
      ),
    );
    expect(new Set(ids).size).toBe(3);
  });

  it("keeps the caller's id", async () => {
    const id = 'trace-7f.1:a_B';
    expect(
      (await send({ headers: { 'X-API-Key': of.key, 'X-Request-Id': id } })).headers.get('x-request-id'),
    ).toBe(id);
    expect(refused(await send({ headers: { 'X-Request-Id': id } }), 'unauthorized').request_id).toBe(id);
  });

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(101)],
    ['with spaces', 'a b'],
    ['with markup', '<script>'],
    ['not ASCII', 'é'],
  ])("replaces a caller's id that is %s", async (_what, id) => {
    const answer = await send({ headers: { 'X-Request-Id': id } });
    expect(refused(answer, 'unauthorized').request_id).not.toBe(id);
  });

  it('is 503 while the database is away, says when to retry, and shows no internals', async () => {
    server.database.down();
    try {
      // A request in flight on a broken connection may get another answer; the next request may not.
      await send();
      const answer = await send();
      const problem = refused(answer, 'database_unavailable');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(problem.detail).not.toMatch(/ECONN|127\.0\.0\.1|postgres/);
    } finally {
      server.database.restore();
    }
    await expect.poll(async () => (await send()).status).toBe(of.status);
  });
});
