/** Stops while a given database is silent: processes end in time and by themselves. */
import {
  createDatabaseProxy,
  createTestDatabase,
  type TcpProxy,
  throughProxy,
  timed,
} from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AttProcesses } from '../support/att.js';
import { DataDirectory } from '../support/data-directory.js';
import { post, report } from '../support/rest.js';

const processes = new AttProcesses();
let directory: DataDirectory;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let proxy: TcpProxy;

beforeAll(async () => {
  directory = await DataDirectory.create();
  database = await createTestDatabase();
  proxy = await createDatabaseProxy(database.connectionString);
});
afterAll(async () => {
  await processes.endAll();
  await proxy.close();
  await database.drop();
  await directory.remove();
});

describe('SIGTERM under load, with a database that says nothing', () => {
  it('ends everything within its bounds, with exit code 0', async () => {
    const server = await processes.start(['start'], {
      DATABASE_URL: throughProxy(database.connectionString, proxy),
      DATA_DIR: directory.path,
    });
    await server.ready();
    expect((await post(server.url, '/webhook/start', report())).status).toBe(202);

    proxy.stall();
    const load = Array.from({ length: 50 }, (_, index) =>
      post(server.url, '/webhook/start', report({ task_id: `silent-${index}` })).then(
        ({ status }) => status,
        () => 'cut',
      ),
    );
    const { result, took } = await timed(server.end('SIGTERM'));
    expect(result).toEqual({ code: 0, signal: null });
    expect(took).toBeLessThan(27_000);
    expect(await Promise.all(load)).not.toContain(202);
  });
});
