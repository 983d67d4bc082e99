/** A 202 is on the disk, also where an administrator has said that commits need not be. */
import { LOG_MIGRATIONS, readLogIdentity } from '@att/platform/event-log';
import { createPool, migrate } from '@att/platform/postgres';
import { silentLog } from '@att/platform/testing';
import { PROJECTION_MIGRATIONS } from '@att/projector';
import { describe, expect, it } from 'vitest';
import { API_KEY, startWholeServer } from '../contract/whole-server.js';
import { havePostgres15 } from '../setup/find-debian-server.js';
import { startDebianPostgres } from '../support/debian-postgres.js';
import { post, report } from '../support/rest.js';

/** Settings that write the WAL late: all of an asynchronous commit would be lost. */
const LAZY = { wal_writer_delay: '10s', bgwriter_delay: '10s' };

describe.runIf(havePostgres15())('an acknowledged event', () => {
  it.each(['off', 'local'])('survives the server with synchronous_commit = %s', async (commit) => {
    const server = await startDebianPostgres({ settings: { ...LAZY, synchronous_commit: commit } });
    await server.query('CREATE DATABASE att');
    const url = server.url('att');
    await migrate(url, LOG_MIGRATIONS, silentLog);
    await migrate(url, PROJECTION_MIGRATIONS, silentLog);
    const whole = await startWholeServer(url);
    let position = 0;
    for (let at = 0; at < 20; at++) {
      const answer = await post(whole.url, '/webhook/start', report({ task_id: `t${at}` }), API_KEY);
      expect(answer.status).toBe(202);
      position = answer.body.position;
    }
    await server.crash();
    await server.start();
    const pool = createPool({ connectionString: url, role: undefined, max: 1, name: 'test', log: silentLog });
    expect((await readLogIdentity(pool)).position).toBeGreaterThanOrEqual(position);
    await pool.end();
    await whole.close();
    await server.remove();
  });
});
