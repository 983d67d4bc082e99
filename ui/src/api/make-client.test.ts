import { problem } from '@att/contracts';
import { describe, expect, it, vi } from 'vitest';
import { ApiProblem, ServerUnreachable, UnexpectedAnswer } from './errors';
import { makeClient } from './make-client';

function clientOf(answer: Response | Error) {
  const request = vi.fn(async (_path: RequestInfo | URL, _init?: RequestInit) => {
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const onUnauthorized = vi.fn();
  return { client: makeClient({ apiKey: 'k', onUnauthorized, fetch: request }), request, onUnauthorized };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });

describe('answers', () => {
  it('come parsed, with the position and the count of the headers', async () => {
    const { client, request } = clientOf(json([], 200, { 'x-position': '42', 'x-total-count': '7' }));
    expect(await client.read('listProjectTasks', { params: { name: 'a/b' }, query: { limit: 2 } })).toEqual({
      body: [],
      position: 42,
      total: 7,
    });
    expect(request.mock.calls[0]?.[0]).toBe('/api/projects/a%2Fb/tasks?limit=2');
    expect(request.mock.calls[0]?.[1]?.headers).toMatchObject({ 'x-api-key': 'k' });
  });

  it.each<[string, Response]>([
    ['that are not what the contracts say', json([{ id: 1 }])],
    ['that are not JSON', new Response('<html>', { status: 200 })],
    ['of a proxy in between', new Response('Bad gateway', { status: 502 })],
  ])('%s are refused', async (_, answer) => {
    await expect(clientOf(answer).client.read('listTasks')).rejects.toBeInstanceOf(UnexpectedAnswer);
  });

  it('that are problems become errors with their code', async () => {
    const answer = json(problem('projection_behind', 'later', 'r-1'), 503, { 'retry-after': '3' });
    const error = await clientOf(answer)
      .client.read('listTasks')
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ code: 'projection_behind', status: 503, retryAfter: 3, requestId: 'r-1' });
  });

  it('that refuse the key are reported', async () => {
    const { client, onUnauthorized } = clientOf(json(problem('unauthorized', '', 'r'), 401));
    await expect(client.read('listTasks')).rejects.toBeInstanceOf(ApiProblem);
    expect(onUnauthorized).toHaveBeenCalledOnce();
  });

  it('that do not come in time are given up, as of a server that vanished without a word', async () => {
    vi.useFakeTimers();
    try {
      const silent: typeof fetch = (_, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(new DOMException('given up', 'AbortError')));
        });
      const outcome = makeClient({ apiKey: 'k', fetch: silent })
        .read('listTasks')
        .catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(29_000);
      expect(vi.getTimerCount()).toBe(1);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await outcome).toBeInstanceOf(ServerUnreachable);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('that their reader gives up are no failure of the server', async () => {
    const reader = new AbortController();
    const aborting: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    const outcome = makeClient({ apiKey: 'k', fetch: aborting })
      .read('listTasks', { signal: reader.signal })
      .catch((error: unknown) => error);
    reader.abort();
    expect(await outcome).toMatchObject({ name: 'AbortError' });
  });

  it('that never come say so', async () => {
    await expect(clientOf(new TypeError('failed')).client.read('listTasks')).rejects.toBeInstanceOf(
      ServerUnreachable,
    );
  });
});
