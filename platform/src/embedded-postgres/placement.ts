import { randomUUID } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { z } from 'zod';
import { type Account, isRoot } from './account.js';
import { POSTGRES_MAJOR } from './binaries.js';
import { type DataDirectory, pgdataInside } from './data-directory.js';
import { type DatabaseRecord, newRecord, PGDATA_INSIDE, readRecord, writeRecord } from './database-record.js';
import { writeFileDurably } from './durable-file.js';
import { EmbeddedPostgresError, systemErrorCode } from './errors.js';
import type { EmbeddedPostgresLog } from './log.js';
import { canEnter } from './reachability.js';

/** Place of a data directory's database, and the account that runs it. */
export interface Placement {
  pgdata: string;
  account: Account;
  record: DatabaseRecord;
}

/** Kept beside a database that lies outside its data directory: which directory it belongs to. */
const belongsToSchema = z.object({ identity: z.uuid(), dataDirectory: z.string(), inode: z.string() });
export type BelongsTo = z.infer<typeof belongsToSchema>;

/**
 * Finds the data directory's database, or decides where to make it. Inside the data directory, if the account that runs
 * PostgreSQL can get there; else under `home`, a durable place of the system's.
 *
 * @throws {EmbeddedPostgresError} `data_directory_copied`, `pgdata_missing`, `pgdata_foreign`, `pgdata_unreachable`,
 * `pgdata_version`, `no_reachable_place`, `record_invalid`
 */
export function placeDatabase(directory: DataDirectory, home: string, log: EmbeddedPostgresLog): Placement {
  const record = readRecord(directory.path);
  if (record === undefined) return placeNew(directory, home);
  const pgdata = resolve(directory.path, record.pgdata);
  const inside = record.pgdata === PGDATA_INSIDE;
  // A process of root acts on this path as its owner, so the path must be one that this product chose.
  if (!inside && isRoot() && !pgdata.startsWith(`${clustersIn(home)}${sep}`))
    throw notOurPlace(directory, pgdata);
  const current = inside
    ? adoptInside(directory, record, log)
    : adoptElsewhere(directory, record, pgdata, log);
  if (!existsSync(join(pgdata, 'PG_VERSION'))) {
    if (record.initialised) throw missing(directory, pgdata);
    return { pgdata, record: current, account: directory.account };
  }
  return { pgdata, record: current, account: accountOf(pgdata, directory) };
}

/** The file beside a PGDATA outside its data directory that says whose it is. */
export function readBelongsTo(cluster: string): BelongsTo | undefined {
  try {
    return belongsToSchema.parse(JSON.parse(readFileSync(join(cluster, 'belongs-to.json'), 'utf8')));
  } catch (error) {
    const code = systemErrorCode(error);
    // Another user's, who may have put it there as root: it cannot be ours.
    if (code === 'ENOENT' || code === 'EACCES') return undefined;
    throw error;
  }
}

/** The folder that holds the databases which could not be kept in their data directories. */
export function clustersIn(home: string): string {
  return join(home, 'clusters');
}

function placeNew(directory: DataDirectory, home: string): Placement {
  const { account } = directory;
  if (directory.reachable) {
    const pgdata = pgdataInside(directory.path);
    const record = newRecord(directory, pgdata);
    writeRecord(directory, record);
    return { pgdata, account, record };
  }
  const identity = randomUUID();
  const cluster = join(clustersIn(home), identity);
  makeCluster(cluster, account, directory);
  writeBelongsTo(cluster, { identity, dataDirectory: directory.path, inode: directory.inode });
  const pgdata = join(cluster, 'postgres');
  const record = newRecord(directory, pgdata, identity);
  writeRecord(directory, record);
  return { pgdata, account, record };
}

function makeCluster(cluster: string, account: Account, directory: DataDirectory): void {
  try {
    mkdirSync(dirname(cluster), { recursive: true });
    // The account has to pass through, whatever the process's umask is.
    for (const folder of [dirname(dirname(cluster)), dirname(cluster)]) chmodSync(folder, 0o755);
    mkdirSync(cluster, { mode: 0o700 });
    chownSync(cluster, account.uid, account.gid);
    if (canEnter(cluster, account)) return;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    throw noPlace(cluster, account, directory, error);
  }
  throw noPlace(cluster, account, directory);
}

// The database came along with its directory, so a copy is complete in itself. It gets an identity of its own,
// so that its processes can be distinguished from the original's.
function adoptInside(
  directory: DataDirectory,
  record: DatabaseRecord,
  log: EmbeddedPostgresLog,
): DatabaseRecord {
  if (record.inode === directory.inode) return record;
  log.warn(
    { dataDirectory: directory.path },
    'the data directory is a copy, or was restored or moved; using it',
  );
  // Neither where it listened: a copy's original may listen there now.
  const { port: _, socketFolder: __, ...rest } = record;
  const own = { ...rest, inode: directory.inode, identity: randomUUID() };
  writeRecord(directory, own);
  return own;
}

function adoptElsewhere(
  directory: DataDirectory,
  record: DatabaseRecord,
  pgdata: string,
  log: EmbeddedPostgresLog,
): DatabaseRecord {
  const cluster = dirname(pgdata);
  if (!existsSync(cluster)) {
    if (record.initialised) throw missing(directory, pgdata);
    makeCluster(cluster, directory.account, directory);
  }
  const { path: dataDirectory, inode } = directory;
  const claim = { identity: record.identity, dataDirectory, inode };
  const belongsTo = readBelongsTo(cluster) ?? claim;
  if (belongsTo.identity !== record.identity) throw foreign(directory, pgdata);
  if (belongsTo.dataDirectory !== dataDirectory || belongsTo.inode !== inode) {
    refuseCopy(directory, belongsTo, pgdata);
    log.warn(
      { dataDirectory, pgdata, before: belongsTo.dataDirectory },
      'the data directory was moved or restored',
    );
  }
  writeBelongsTo(cluster, claim);
  return record;
}

// A directory that was moved, or restored where it had been, is the only one with this identity. A copy is not.
function refuseCopy(directory: DataDirectory, original: BelongsTo, pgdata: string): void {
  const stats = statSync(original.dataDirectory, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined || stats.ino.toString() === directory.inode) return;
  if (readRecord(original.dataDirectory)?.identity !== original.identity) return;
  throw new EmbeddedPostgresError(
    'data_directory_copied',
    `${directory.path} is a copy of ${original.dataDirectory}, but its database was not copied: it lies at ${pgdata} ` +
      `and belongs to ${original.dataDirectory}. For an empty log here, delete ${directory.path}; ` +
      `to go on with that log here, delete ${original.dataDirectory}.`,
  );
}

function writeBelongsTo(cluster: string, belongsTo: BelongsTo): void {
  writeFileDurably(join(cluster, 'belongs-to.json'), `${JSON.stringify(belongsTo)}\n`);
}

// PostgreSQL opens a PGDATA only as its owner.
function accountOf(pgdata: string, directory: DataDirectory): Account {
  const { uid, gid } = statSync(pgdata);
  const { account } = directory;
  const version = readFileSync(join(pgdata, 'PG_VERSION'), 'utf8').trim();
  if (version !== POSTGRES_MAJOR) {
    throw new EmbeddedPostgresError(
      'pgdata_version',
      `${pgdata} was made by PostgreSQL ${version}, and this version runs PostgreSQL ${POSTGRES_MAJOR}. ` +
        'Go back to the version that made it, or set DATA_DIR to another directory.',
    );
  }
  const owner = uid === account.uid ? account : { name: `user id ${uid}`, uid, gid };
  if (uid === 0 || (!isRoot() && uid !== account.uid)) {
    throw new EmbeddedPostgresError(
      'pgdata_unreachable',
      `${pgdata} belongs to ${uid === 0 ? 'root' : `user id ${uid}`}, and PostgreSQL would run as ${account.name}. ` +
        `Give it back: chown -R ${account.name} ${directory.path}`,
    );
  }
  if (isRoot() && !canEnter(dirname(pgdata), owner)) {
    throw new EmbeddedPostgresError(
      'pgdata_unreachable',
      `${pgdata} belongs to ${owner.name}, who cannot enter the folders above it. ` +
        'Move the data directory to a place whose folders everybody may enter (chmod o+x), or back to where it was.',
    );
  }
  return owner;
}

function missing(directory: DataDirectory, pgdata: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'pgdata_missing',
    `The database of ${directory.path} should lie at ${pgdata}, and is not there. ` +
      `Restore ${pgdata} from a backup; or, to start with an empty log, delete ${directory.path}.`,
  );
}

function foreign(directory: DataDirectory, pgdata: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'pgdata_foreign',
    `${directory.path} says that its database lies at ${pgdata}, but that database belongs to another data directory. ` +
      `Restore the right one from a backup; or, to start with an empty log, delete ${directory.path}.`,
  );
}

function notOurPlace(directory: DataDirectory, pgdata: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'pgdata_foreign',
    `${directory.path} says that its database lies at ${pgdata}, where this program never puts one. ` +
      `Restore ${join(directory.path, 'database.json')} from a backup.`,
  );
}

function noPlace(
  cluster: string,
  account: Account,
  directory: DataDirectory,
  cause?: unknown,
): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'no_reachable_place',
    `PostgreSQL runs as ${account.name}, who can enter neither ${directory.path} nor ${cluster}. ` +
      'Set DATA_DIR to a directory whose parent folders everybody may enter, or run as an ordinary user.',
    { cause },
  );
}
