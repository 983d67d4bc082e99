/** Clocks that differ: that of one of two processes is a day ahead. */
import { createTestDatabase, type TestDatabase, until } from '@att/platform/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AttProcesses } from '../support/att.js';
import { post, report } from '../support/rest.js';

const AHEAD = `const now = Date.now; Date.now = () => now() + 86400000;`;

const processes = new AttProcesses();
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await processes.endAll();
  await database.drop();
});

it('refuses reports there, says so in its readiness, and takes them at the other', async () => {
  const DATABASE_URL = database.connectionString;
  const wrong = await processes.start(['ingest'], {
    DATABASE_URL,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(AHEAD)}`,
  });
  const right = await processes.start(['ingest'], { DATABASE_URL });
  await right.ready();
  const readiness = async () => (await fetch(`${wrong.url}/readyz`)).text();
  await until('the wrong one says why', async () => {
    return (await readiness().catch(() => '')).includes("s ahead of the database's");
  });
  const refused = await post(wrong.url, '/webhook/start', report());
  expect(refused).toMatchObject({ status: 503, body: { code: 'clock_refused' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await post(right.url, '/webhook/start', report())).toMatchObject({
    status: 202,
    body: { position: 1 },
  });
  const { rows } = await database.pool().query('SELECT recorded_at FROM log.head');
  expect(Date.parse(rows[0].recorded_at)).toBeLessThan(Date.now() + 5_000);
});
