/** PostgreSQL of a test run, with a migrated template that each test clones its database from. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@att/platform/embedded-postgres';
import { LOG_MIGRATIONS } from '@att/platform/event-log';
import { createLogger } from '@att/platform/logging';
import { migrate } from '@att/platform/postgres';
import { createTemplateDatabase, type TestServer } from '@att/platform/testing';
import { PROJECTION_MIGRATIONS } from '@att/projector';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    testServer: TestServer;
  }
}

/**
 * No test takes this server's power away, and it is gone with the run: nothing of it needs to reach the disk. The
 * tests of crashes have clusters of their own, with the product's settings.
 */
const SETTINGS = { max_connections: '200', fsync: 'off', full_page_writes: 'off', max_wal_size: '256MB' };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const log = createLogger('warn');
  const given = process.env.TEST_DATABASE_URL;
  const server =
    given === undefined ? await startEmbedded() : { connectionString: given, stop: async () => {} };
  console.log(`Postgres for tests: ${given === undefined ? 'embedded' : 'TEST_DATABASE_URL'}`);

  const template = await createTemplateDatabase(server.connectionString, async (connectionString) => {
    await migrate(connectionString, LOG_MIGRATIONS, log);
    await migrate(connectionString, PROJECTION_MIGRATIONS, log);
  });
  project.provide('testServer', { connectionString: server.connectionString, template: template.name });
  return async () => {
    await template.drop();
    await server.stop();
  };

  async function startEmbedded() {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'att-test-'));
    const postgres = await startEmbeddedPostgres({
      dataDirectory,
      log,
      settings: SETTINGS,
      // TCP, as tests put proxies and poolers between.
      transport: 'tcp',
    });
    return {
      connectionString: withoutParameters(postgres.connectionString),
      async stop() {
        await postgres.stop();
        await rm(dataDirectory, { recursive: true, force: true });
      },
    };
  }
}

/** Tests give it parameters of their own. */
function withoutParameters(connectionString: string): string {
  const url = new URL(connectionString);
  url.search = '';
  return url.href;
}
