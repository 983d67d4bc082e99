/** Every route of the OpenAPI document, asked for all that a sender could think of. */
import { readFileSync } from 'node:fs';
import type { openApiDocument } from '@att/platform/api-docs';
import { until } from '@att/platform/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestsTo } from './requests.js';
import { createChecks } from './schema-check.js';
import { type Sent, send } from './send.js';
import { API_KEY, startWholeServer, type WholeServer } from './whole-server.js';

/** Another run: FUZZ_SEED=… FUZZ_RUNS=… */
const seed = Number(process.env.FUZZ_SEED ?? Date.now() & 0x7fffffff);
/** Requests to each route. */
const numRuns = Number(process.env.FUZZ_RUNS ?? 150);

// Kept in step with the route table by a test of its own, and here because cases are made before servers run.
const document: ReturnType<typeof openApiDocument> = JSON.parse(
  readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
);
const checkOf = createChecks(document);
/** Operators' acts come last: they stop and replace what reads are answered from. */
const operations = Object.entries(document.paths)
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method,
      path,
      operation,
      acts: isAct(method, path),
    })),
  )
  .sort((a, b) => Number(a.acts) - Number(b.acts));

let server: WholeServer;
beforeAll(async () => {
  console.log(`hostile requests: FUZZ_SEED=${seed} FUZZ_RUNS=${numRuns}`);
  server = await startWholeServer();
  await fillWorld();
});
afterAll(() => server.close());

it('the server gives the document that is tested', async () => {
  const served = JSON.parse((await ask('GET', '/openapi.json')).text);
  expect(served, 'docs/openapi.json is not what contracts say: run npm run docs').toEqual(document);
});

it('every route is served', async () => {
  const missing: string[] = [];
  for (const { path } of operations) if (!(await isServed(path))) missing.push(path);
  expect([...new Set(missing)], 'no service has a handler of these in its routes').toEqual([]);
});

describe.each(operations)('$method $path', ({ method, path, operation }) => {
  it('answers as its schema says, and never with 5xx', async (context) => {
    if (!(await isServed(path))) context.skip('not served: another test fails for it');
    const check = checkOf(method, path);
    await fc.assert(
      fc.asyncProperty(requestsTo(method, path, operation), async (sent) => {
        const wrong = check(sent, await send(server.url, sent));
        if (wrong !== undefined) throw new Error(wrong);
      }),
      { seed, numRuns, interruptAfterTimeLimit: 20_000 },
    );
  });
});

it('is well after all that', async () => {
  expect((await ask('GET', '/livez')).status).toBe(200);
  expect((await ask('GET', '/db-check')).status).toBe(200);
});

function isAct(method: string, path: string): boolean {
  return method === 'post' && path.startsWith('/api/');
}

function ask(method: string, path: string, body?: unknown) {
  const headers = { 'X-API-Key': API_KEY, 'Content-Type': 'application/json' };
  const sent: Sent = {
    method,
    path,
    headers,
    body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
  };
  return send(server.url, sent);
}

/** A path that is there says which methods it has. */
async function isServed(path: string): Promise<boolean> {
  const { status } = await ask('DELETE', path.replaceAll(/\{\w+\}/g, '1'));
  return status === 405;
}

/** Things in the world that the requests name. */
async function fillWorld(): Promise<void> {
  let position = 0;
  for (const project of ['shop', 'a/b 🚀']) {
    for (const [at, kind] of ['start', 'status', 'finish', 'error', 'start'].entries()) {
      const report = { project, task: 'Title', task_id: at < 4 ? 'task-1' : 'id', agent: 'claude' };
      const fields = {
        status: 'running',
        progress: 50,
        error_type: 'E',
        error_message: 'm',
        duration_seconds: 2,
      };
      const { text } = await ask('POST', `/webhook/${kind}`, { ...report, ...fields, result: { deep: [1] } });
      position = JSON.parse(text).position;
    }
  }
  for (const list of ['tasks', 'projects', 'stats']) {
    await until(`the ${list} are there`, async () => {
      const { status } = await ask('GET', `/api/${list}?min_position=${position}`);
      return status === 200;
    });
  }
}
