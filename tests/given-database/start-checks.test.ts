/** A start looks at the database that it is given, and says in a line what is wrong with it and what to do. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { havePostgres15 } from '../setup/find-debian-server.js';
import { AttProcesses, type Ran } from '../support/att.js';
import { DataDirectory } from '../support/data-directory.js';
import { chown, type DebianPostgres, startDebianPostgres } from '../support/debian-postgres.js';
import { post, read, report } from '../support/rest.js';

// Each test starts processes, one after another.
const processes = new AttProcesses();
let server: DebianPostgres;
let directory: DataDirectory;

const isThere = havePostgres15();
beforeAll(async () => {
  if (!isThere) return;
  directory = await DataDirectory.create();
  server = await startDebianPostgres();
  await server.query('CREATE ROLE owner LOGIN NOCREATEROLE');
});
afterAll(async () => {
  await processes.endAll();
  await server?.remove();
  await directory?.remove();
});

const env = (DATABASE_URL: string) => ({ DATABASE_URL, DATA_DIR: directory.path });
const migrate = (url: string) => processes.run(['migrate'], env(url));

async function makeDatabase(name: string, rest = '', ...statements: string[]): Promise<string> {
  await server.query(`CREATE DATABASE ${name} ${rest}`);
  for (const statement of statements) await server.query(statement, name);
  return server.url(name);
}

function refused(ran: Ran, ...says: string[]): void {
  expect(ran.code).toBe(1);
  for (const word of says) expect(ran.stderr).toContain(word);
  expect(ran.stderr).not.toMatch(/\n +at |node_modules|Error:/);
  expect(ran.stderr.trim().split('\n')).toHaveLength(1);
}

/** Webhooks in, and every kind of read out. */
async function works(url: string): Promise<void> {
  const started = await processes.start(['start'], env(url));
  await started.ready();
  const { status, body } = await post(started.url, '/webhook/start', report({ task: 'It’s a täsk' }));
  expect(status).toBe(202);
  const found = await read<object[]>(
    started.url,
    `/api/tasks/search?q=${encodeURIComponent('täs')}&min_position=${body.position}`,
  );
  expect(found).toHaveLength(1);
  expect(await started.end('SIGTERM')).toEqual({ code: 0, signal: null });
}

describe.runIf(isThere)('a database', () => {
  it.each(['SQL_ASCII', 'LATIN1'])('with the encoding %s is refused', async (encoding) => {
    const url = await makeDatabase(
      `of_${encoding.toLowerCase()}`,
      `ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
    );
    refused(await migrate(url), encoding, "ENCODING 'UTF8'");
    refused(await processes.run(['query'], env(url)), encoding);
  });

  it('with a log schema of something else is refused, and left as it is', async () => {
    const url = await makeDatabase('taken', '', 'CREATE SCHEMA log; CREATE TABLE log.lines (line text)');
    refused(await migrate(url), 'belongs to something else', 'a database of its own');
    expect(
      await server.query(`SELECT relname FROM pg_class WHERE relname LIKE 'att_migr%'`, 'taken'),
    ).toEqual([]);
  });

  it('in which the user may make nothing is refused', async () => {
    await makeDatabase('closed');
    refused(await migrate(server.url('closed', 'owner')), 'owner', 'GRANT CREATE ON DATABASE closed');
  });

  it('with schemas that an administrator made for the user will do', async () => {
    await makeDatabase(
      'prepared',
      '',
      'CREATE SCHEMA log AUTHORIZATION owner; CREATE SCHEMA projection AUTHORIZATION owner; CREATE EXTENSION pg_trgm',
    );
    await works(server.url('prepared', 'owner'));
  });

  it('without a schema public will do', async () => {
    await works(await makeDatabase('unpublic', '', 'DROP SCHEMA public'));
    expect((await migrate(server.url('unpublic'))).stderr).toBe('');
  });

  it('in which the user may make nothing in public will do', async () => {
    await makeDatabase('for_all', '', 'GRANT CREATE ON DATABASE for_all TO owner');
    await works(server.url('for_all', 'owner'));
  });

  it('with pg_trgm in another schema will do', async () => {
    const url = await makeDatabase(
      'trgm',
      '',
      'CREATE SCHEMA "Ex tensions"; CREATE EXTENSION pg_trgm SCHEMA "Ex tensions"; GRANT USAGE ON SCHEMA "Ex tensions" TO PUBLIC',
    );
    await works(url);
  });

  it('with pg_trgm where the services may not look is refused', async () => {
    const statement = 'CREATE SCHEMA hidden; CREATE EXTENSION pg_trgm SCHEMA hidden';
    await makeDatabase('hiding', 'OWNER owner', statement);
    refused(await migrate(server.url('hiding', 'owner')), 'GRANT USAGE ON SCHEMA hidden');
  });

  it('whose user may not create pg_trgm is refused', async () => {
    const schemas = 'CREATE SCHEMA log AUTHORIZATION owner; CREATE SCHEMA projection AUTHORIZATION owner';
    await makeDatabase('bare', '', schemas);
    refused(await migrate(server.url('bare', 'owner')), 'CREATE EXTENSION pg_trgm');
  });

  it('that allows no connections, or none by this user, is refused', async () => {
    refused(await migrate(await makeDatabase('locked', 'ALLOW_CONNECTIONS false')), 'locked');
    await makeDatabase('unconnected', '', 'REVOKE CONNECT ON DATABASE unconnected FROM PUBLIC');
    refused(await migrate(server.url('unconnected', 'owner')), 'unconnected');
    refused(await migrate(server.url('nowhere')), 'nowhere', 'createdb');
  });

  it('whose event trigger forbids tables is refused in its words', async () => {
    const url = await makeDatabase(
      'guarded',
      '',
      `CREATE FUNCTION forbid() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no tables on Fridays'; END $$;
       CREATE EVENT TRIGGER forbid ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION forbid()`,
    );
    const ran = await migrate(url);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('no tables on Fridays');
    expect(ran.stderr).not.toMatch(/\n +at /);
  });
});

describe.runIf(isThere)('an owner without CREATEROLE', () => {
  it('shares rights, which is said, and gets the roles with the next start after a grant', async () => {
    await server.query('CREATE ROLE late LOGIN NOCREATEROLE');
    await server.query('CREATE DATABASE late OWNER late');
    const url = server.url('late', 'late');
    const first = await processes.start(['start'], env(url));
    await first.ready();
    await until('it says so', () => first.stderr().includes('CREATEROLE'));
    await post(first.url, '/webhook/start', report());
    await first.end('SIGTERM');

    await server.query('ALTER ROLE late CREATEROLE');
    // Others of this server made them before: without a grant they stay another's.
    const exist = await server.query(`SELECT FROM pg_roles WHERE rolname = 'att_ingest'`);
    if (exist.length > 0) {
      await server.query('GRANT att_ingest, att_projector, att_reader, att_eraser TO late');
    }
    await works(url);
    const sessions = () => server.query(`SELECT FROM pg_stat_activity WHERE datname = 'late'`);
    await until('nobody is connected any more', async () => (await sessions()).length === 0);
    const owners = await server.query(
      `SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relname ~ '_g[0-9]+$' AND relkind = 'r'`,
      'late',
    );
    expect(owners).toEqual([{ owner: 'att_projector' }]);
    const rights = await server.query(
      `SELECT has_table_privilege('att_ingest', 'log.events', 'INSERT') AS ingest,
         has_table_privilege('att_reader', 'projection.generations', 'SELECT') AS reader`,
      'late',
    );
    expect(rights).toEqual([{ ingest: true, reader: true }]);
  });
});

describe.runIf(isThere)('a standby', () => {
  it('is refused by commands that write, and serves those that read', async () => {
    const url = await makeDatabase('primary_db');
    expect((await migrate(url)).code).toBe(0);
    await server.crash();
    const signal = join(server.directory, 'standby.signal');
    writeFileSync(signal, '');
    chown(signal);
    await server.start();
    refused(await migrate(url), 'standby', 'the primary');
    refused(await processes.run(['start'], env(url)), 'standby', 'the primary');
    refused(await processes.run(['query'], env(url)), 'standby');
    const verified = await processes.run(['events', 'verify'], env(url));
    expect(verified).toMatchObject({ code: 0, stderr: '' });
  });
});
