import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Account, isRoot, spawnAs } from './account.js';
import type { Binaries } from './binaries.js';
import { syncDirectory, writeNewFile } from './durable-file.js';
import { EmbeddedPostgresError } from './errors.js';

/** The role that owns everything; initdb makes it. */
export const OWNER_ROLE = 'att';

/** The environment of PostgreSQL's programs: nothing of ours may change what they do. */
export const SERVER_ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

const run = promisify(execFile);

/**
 * Makes an empty PGDATA. initdb works in a temporary folder beside it, and the finished one is renamed into place: a
 * PGDATA that exists is complete, whenever the machine or the process dies.
 *
 * @throws {EmbeddedPostgresError} `initdb_failed`
 */
export async function initialiseCluster(
  binaries: Binaries,
  pgdata: string,
  account: Account,
  password: string,
): Promise<void> {
  const parent = dirname(pgdata);
  removeHalfDone(parent);
  const temporary = join(parent, `initdb-${randomUUID()}`);
  mkdirSync(temporary, { mode: 0o700 });
  const owner = isRoot() ? account : undefined;
  const passwordFile = join(temporary, 'password');
  writeNewFile(passwordFile, `${password}\n`, owner);
  if (owner !== undefined) chownSync(temporary, owner.uid, owner.gid);
  await runInitdb(binaries, join(temporary, basename(pgdata)), account, passwordFile);
  renameSync(join(temporary, basename(pgdata)), pgdata);
  syncDirectory(parent);
  rmSync(temporary, { recursive: true, force: true });
}

async function runInitdb(
  binaries: Binaries,
  pgdata: string,
  account: Account,
  passwordFile: string,
): Promise<void> {
  const args = [
    `--pgdata=${pgdata}`,
    `--username=${OWNER_ROLE}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // PostgreSQL's own C.UTF-8: the order of text is that of code points and cannot change under an index with an
    // update of the system's C library or ICU; every letter has its upper and lower case.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ];
  try {
    await run(binaries.initdb, args, { env: SERVER_ENVIRONMENT, cwd: '/', ...spawnAs(account) });
  } catch (error) {
    throw new EmbeddedPostgresError('initdb_failed', explain(error, binaries, pgdata), { cause: error });
  }
}

function explain(error: unknown, binaries: Binaries, pgdata: string): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 127) {
    return (
      `${binaries.initdb} cannot run on this system: its loader or a library is missing ` +
      `(the binaries need the GNU C library, which Alpine lacks). ${stderr} Set DATABASE_URL to a PostgreSQL server.`
    );
  }
  return `initdb could not make a database in ${pgdata}: ${stderr === '' ? String(error) : stderr}`;
}

// An initdb that was killed half-way. Its folder's name is not PGDATA's, so nothing of value is in there.
function removeHalfDone(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith('initdb-')) continue;
    rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}
