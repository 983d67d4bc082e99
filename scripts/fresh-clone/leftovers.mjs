/** Processes of a clone, and files that it keeps outside of its folder. Linux only: it reads /proc. */
import { readdirSync, readFileSync, readlinkSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';

/** Folder of the database of a data directory; undefined when it has none yet. */
export function databaseOf(dataDirectory) {
  const text = tryTo(() => readFileSync(join(dataDirectory, 'database.json'), 'utf8'));
  return text === undefined ? undefined : resolve(dataDirectory, JSON.parse(text).pgdata);
}

/** Every process that works in the clone or its database, or was started with a path of theirs. */
export function processesOf(clone, dataDirectory) {
  const roots = [clone, databaseOf(dataDirectory)].filter((root) => root !== undefined);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => ({
      pid: Number(pid),
      command: (tryTo(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '').replaceAll('\0', ' ').trim(),
      folder: tryTo(() => readlinkSync(`/proc/${pid}/cwd`)) ?? '',
    }))
    .filter(({ command, folder }) => roots.some((root) => isInside(folder, root) || command.includes(root)));
}

/**
 * Removes what a start as root keeps under the system's folder, which PostgreSQL's own account can reach: the database,
 * and a copy of its binaries. The copy is shared, so it is removed only if this clone made it and no other uses it.
 *
 * @param output what the clone's starts printed
 */
export async function removeDatabaseOutside(clone, dataDirectory, output) {
  const database = databaseOf(dataDirectory);
  if (database === undefined || isInside(database, clone)) return;
  const cluster = dirname(database);
  const { dataDirectory: owner } = JSON.parse(readFileSync(join(cluster, 'belongs-to.json'), 'utf8'));
  if (owner !== dataDirectory) throw new Error(`${cluster} belongs to ${owner}`);
  await rm(cluster, { recursive: true });

  const home = dirname(dirname(cluster));
  const copies = join(home, 'binaries');
  const copied = output
    .match(/[^\s"']+/g)
    ?.find((word) => word.startsWith(copies + sep) && output.includes('copied the PostgreSQL binaries'));
  if (copied !== undefined && !isInUse(copied)) await rm(copied, { recursive: true });
  // Folders that others have something in stay.
  for (const folder of [dirname(cluster), copies, home]) tryTo(() => rmdirSync(folder));
}

function isInUse(folder) {
  return readdirSync('/proc').some((pid) => {
    const program = /^\d+$/.test(pid) ? tryTo(() => readlinkSync(`/proc/${pid}/exe`)) : undefined;
    return program !== undefined && isInside(program, folder);
  });
}

function isInside(path, folder) {
  return path === folder || path.startsWith(folder + sep);
}

/** Undefined for what is not there (any more), not ours to read, or not empty. */
function tryTo(read) {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTEMPTY'].includes(error.code)) return undefined;
    throw error;
  }
}
