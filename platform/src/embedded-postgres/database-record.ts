import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type DataDirectory, pgdataInside } from './data-directory.js';
import { writeFileDurably } from './durable-file.js';
import type { Endpoint } from './endpoint.js';
import { EmbeddedPostgresError, systemErrorCode } from './errors.js';

/** Shape of `database.json`, in which a data directory records its database; its owner alone may read it. */
const recordSchema = z.object({
  format: z.literal(1),
  /** Unique id of the database; stored a second time beside a database outside the data directory. */
  identity: z.uuid(),
  /** PGDATA: `postgres` inside the data directory, else an absolute path. */
  pgdata: z.string().min(1),
  password: z.string().min(16),
  /** False until initdb has finished: a PGDATA that is missing then is not a loss. */
  initialised: z.boolean(),
  /** The data directory's inode number, by which a copy of the directory is recognised. */
  inode: z.string(),
  /** The folder of the last start's socket: PGDATA as it is written above, or an absolute path elsewhere. */
  socketFolder: z.string().min(1).optional(),
  /** The port of the last start over TCP, taken again when it is free. */
  port: z.int().optional(),
});

/** Record that a data directory keeps of its database. */
export type DatabaseRecord = z.infer<typeof recordSchema>;

/** Relative, so that a data directory with its database inside can be moved and copied as a whole. */
export const PGDATA_INSIDE = 'postgres';

/** A record for a database that is about to be made, with a password of its own. */
export function newRecord(directory: DataDirectory, pgdata: string, identity = randomUUID()): DatabaseRecord {
  return {
    format: 1,
    identity,
    pgdata: pgdata === pgdataInside(directory.path) ? PGDATA_INSIDE : pgdata,
    password: randomBytes(24).toString('base64url'),
    initialised: false,
    inode: directory.inode,
  };
}

/**
 * The data directory's record, or undefined when it has none yet.
 *
 * @throws {EmbeddedPostgresError} `record_invalid`
 */
export function readRecord(dataDirectory: string): DatabaseRecord | undefined {
  const path = join(dataDirectory, 'database.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new EmbeddedPostgresError(
      'record_invalid',
      `${path} is damaged, or was written by a newer version of this program. Restore it from a backup, or run that version.`,
      { cause: error },
    );
  }
}

/** Endpoint that the record has of the server; undefined when it was never started. */
export function recordedEndpoint(
  dataDirectory: string,
  { socketFolder, port }: DatabaseRecord,
): Endpoint | undefined {
  if (socketFolder !== undefined) return { kind: 'socket', folder: resolve(dataDirectory, socketFolder) };
  return port === undefined ? undefined : { kind: 'tcp', port };
}

/** Copy of the record with the present endpoint of the server in place of the previous one. */
export function withEndpoint(record: DatabaseRecord, pgdata: string, endpoint: Endpoint): DatabaseRecord {
  const { socketFolder: _, port: __, ...rest } = record;
  if (endpoint.kind === 'tcp') return { ...rest, port: endpoint.port };
  return { ...rest, socketFolder: endpoint.folder === pgdata ? record.pgdata : endpoint.folder };
}

/** Writes the record, as a whole and durably. */
export function writeRecord(directory: DataDirectory, record: DatabaseRecord): void {
  writeFileDurably(
    join(directory.path, 'database.json'),
    `${JSON.stringify(record, null, 2)}\n`,
    directory.owner,
  );
}
