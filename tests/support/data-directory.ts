/** Data directories of tests, and the processes of the PostgreSQL servers that were started on them. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@att/platform/testing';
import {
  type DatabaseProcess,
  listDatabaseProcesses,
  signalProcess,
} from '../../platform/src/embedded-postgres/database-processes.js';
import { readRecord } from '../../platform/src/embedded-postgres/database-record.js';
import { clusterName } from '../../platform/src/embedded-postgres/orphaned-databases.js';

/** A folder on a disk, for tests in which a write must take as long as it does in earnest. */
export const ON_DISK = '/var/tmp';

export class DataDirectory {
  private constructor(readonly path: string) {}

  /** @param parent the run's temporary folder, which may be in memory, unless given */
  static async create(parent = tmpdir()): Promise<DataDirectory> {
    return new DataDirectory(await mkdtemp(join(parent, 'att-test-')));
  }

  static at(path: string): DataDirectory {
    return new DataDirectory(path);
  }

  /** Processes of the server on this directory; it runs in a session of its own. */
  postgres(): DatabaseProcess[] {
    const inside = join(this.path, 'postgres');
    const record = readRecord(this.path);
    if (record === undefined || !existsSync(inside)) return [];
    const pgdata = realpathSync(inside);
    return listDatabaseProcesses({
      pgdata,
      clusterName: clusterName(record.identity),
      uid: statSync(pgdata).uid,
    });
  }

  postmaster(): DatabaseProcess | undefined {
    return this.postgres().find(({ isPostmaster }) => isPostmaster);
  }

  /** SIGKILL to every one of its processes. */
  killPostgres(): void {
    for (const one of this.postgres()) signalProcess(one, 'SIGKILL');
  }

  async postgresIsGone(): Promise<void> {
    await until('every process of PostgreSQL has ended', () => this.postgres().length === 0);
  }

  /** Ends what still runs on it, and deletes it. */
  async remove(): Promise<void> {
    await until('every process of PostgreSQL was killed', () => {
      this.killPostgres();
      return this.postgres().length === 0;
    });
    await rm(this.path, { recursive: true, force: true, maxRetries: 10 });
  }
}
