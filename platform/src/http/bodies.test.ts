import { PROBLEMS, type ProblemCode } from '@att/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, createExpressServer, type ExpressServer } from './testing/express-server.js';

let server: ExpressServer;
beforeAll(async () => {
  server = await createExpressServer();
});
afterAll(() => server.close());

describe('a body', () => {
  const rebuild = '/api/projections/tasks/rebuild';
  const post = async (body: Body | undefined, headers: Record<string, string> = {}, path = rebuild) => {
    const { status, text } = await server.post(path, body, headers);
    return { status, problem: JSON.parse(text) };
  };

  it('reaches the handler checked', async () => {
    expect((await post('{"hold":true}')).status).toBe(202);
    expect(server.received()).toEqual({ body: { hold: true }, actor: 'operate' });
  });

  it('may be left out', async () => {
    expect((await post(undefined)).status).toBe(202);
    expect(server.received()).toEqual({ body: {}, actor: 'operate' });
  });

  it.each<[string, Body, string, string[] | undefined]>([
    ['broken', '{', 'malformed_json', undefined],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'malformed_utf8', undefined],
    ['no object', '[]', 'invalid_body', ['']],
    ['of another type', '{"hold":"yes"}', 'invalid_body', ['/hold']],
    ['with what is not known', '{"a/b":1,"hold":true}', 'invalid_body', ['/a~1b']],
    ['too large', `"${'x'.repeat(16 * 1024)}"`, 'body_too_large', undefined],
  ])('that is %s is refused', async (_, body, code, pointers) => {
    const { status, problem } = await post(body);
    expect([status, problem.code]).toEqual([PROBLEMS[code as ProblemCode].status, code]);
    expect(problem.errors?.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
  });

  it('of another media type is refused', async () => {
    expect((await post('hold=true', { 'Content-Type': 'text/plain' })).problem.code).toBe(
      'unsupported_media_type',
    );
  });

  it('is not read before the key is known', async () => {
    expect((await post('{', { 'X-API-Key': 'read' })).status).toBe(403);
    expect((await server.get(rebuild, { 'X-API-Key': 'operate' })).headers.get('allow')).toBe('POST');
  });

  it('does not excuse a wrong parameter', async () => {
    expect((await post('{}', {}, `${rebuild}?force=1`)).problem.code).toBe('invalid_parameter');
  });
});
