import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { item, start } from './testing/bodies.js';
import { accepted, outcomes, refused } from './testing/client.js';
import { createIngestServer, type IngestServer } from './testing/ingest-server.js';

let server: IngestServer;
beforeEach(async () => {
  server = await createIngestServer();
});
afterEach(() => server.close());

describe('a service that ends', () => {
  it('answers what it took, and refuses what comes later', async () => {
    accepted(await server.post('/webhook/start', start()));
    const under_way = Array.from({ length: 200 }, (_, index) =>
      server.post('/webhook/start', start({ task_id: `t${index}` })),
    );
    const batch = server.batch(Array.from({ length: 500 }, () => item('start', { task_id: 'batch' })));
    await Promise.race(under_way);
    await server.drain();
    const late = await server.post('/webhook/start', start({ task_id: 'late' }));
    refused(late, 'shutting_down');
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);

    const stored = new Set((await server.events()).map((event) => event.task_id));
    for (const answer of await Promise.all(under_way)) {
      if (answer.status === 202) expect(stored).toContain(accepted(answer).task_id);
      else refused(answer, 'shutting_down');
    }
    const inBatch = (await server.events()).filter((event) => event.task_id === 'batch').length;
    const answer = await batch;
    expect(inBatch).toBe(
      answer.status === 207 ? outcomes(answer).filter((one) => typeof one === 'number').length : 0,
    );
    expect(stored).not.toContain('late');
  });
});

describe('a log that is slow', () => {
  it('holds its requests, and all are answered when it goes on', async () => {
    const blocker = await server.database.pool().connect();
    await blocker.query('BEGIN; SELECT FROM log.head FOR UPDATE');
    const waiting = Array.from({ length: 100 }, (_, index) =>
      server.post('/webhook/start', start({ task_id: `t${index}` })),
    );
    let answered = 0;
    for (const one of waiting) void one.then(() => (answered += 1));
    await sleep(300);
    expect(answered).toBe(0);
    await blocker.query('COMMIT');
    blocker.release();
    const positions = (await Promise.all(waiting)).map((answer) => accepted(answer).position);
    expect(positions.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });
});
