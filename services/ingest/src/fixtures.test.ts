import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { accepted } from './testing/client.js';
import { createIngestServer, type IngestServer } from './testing/ingest-server.js';

const FIXTURES = new URL('../../../tests/fixtures/webhooks.jsonl', import.meta.url);
const fixture = z.object({
  path: z.string(),
  body: z.looseObject({ project: z.string(), task_id: z.string(), agent: z.string() }),
});

let server: IngestServer;
beforeAll(async () => {
  server = await createIngestServer();
});
afterAll(() => server.close());

describe('a real run', () => {
  it('is accepted request by request, and is in the log as it was sent', async () => {
    const lines = (await readFile(FIXTURES, 'utf8')).split('\n').filter((line) => line !== '');
    const requests = lines.map((line) => fixture.parse(JSON.parse(line)));
    expect(requests).toHaveLength(10);
    for (const [index, { path, body }] of requests.entries()) {
      const answer = accepted(await server.post(path, body));
      expect(answer).toMatchObject({
        project: body.project,
        task_id: body.task_id,
        position: index + 1,
        duplicate: false,
      });
    }
    const events = await server.events();
    expect(events.map((event) => event.data_text)).toEqual(requests.map(({ body }) => JSON.stringify(body)));
    expect(events.map((event) => event.agent)).toEqual(requests.map(({ body }) => body.agent));
  });
});
