/** Folder in which a run of the tests keeps its files: in memory, where that is plentiful. */
import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Linux's folder of files in memory. */
const IN_MEMORY = '/dev/shm';
const GIGABYTE = 2 ** 30;
/** A run of three workers was seen to hold 263 MB there at once. */
const SPACE = 1 * GIGABYTE;
/** Memory for that, and for servers, browser and the tests themselves. */
const MEMORY = 4 * GIGABYTE;

/**
 * Every test of the server makes and deletes a database of three hundred files. On a disk (ext4) the 49 tests of
 * services/ingest/src/idempotency.test.ts took 10.6 s of the system's time, most of it for files, and here 2.5 s.
 * Whoever names a folder (TMPDIR) gets that one.
 */
export function temporaryFolder(): string {
  if (process.env.TMPDIR !== undefined || !hasRoomInMemory()) return tmpdir();
  return IN_MEMORY;
}

// Containers bound both: Docker gives 64 MB, unless it is told otherwise.
function hasRoomInMemory(): boolean {
  try {
    accessSync(IN_MEMORY, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= SPACE && process.availableMemory() >= MEMORY && mayRunPrograms();
  } catch {
    return false;
  }
}

/** Some tests copy PostgreSQL's binaries and run them; containers often forbid that here. */
function mayRunPrograms(): boolean {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return !mounts.some((mount) => {
    const [, folder, , options = ''] = mount.split(' ');
    return folder === IN_MEMORY && options.split(',').includes('noexec');
  });
}
