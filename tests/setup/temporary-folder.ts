/** Where a run of the tests keeps its files: in memory, where that is plentiful. */
import { accessSync, constants, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Linux's folder of files in memory. */
const IN_MEMORY = '/dev/shm';
const GIGABYTE = 2 ** 30;
/** A run of three workers was seen to hold 263 MB there at once. */
const SPACE = 1 * GIGABYTE;
/** That, and what servers, browser and the tests themselves take. */
const MEMORY = 4 * GIGABYTE;

/**
 * A run makes and deletes some thousand databases of three hundred files each, and a hundred clusters. That no file is
 * waited for, and that its place is found at once, halves the system's share of the work. Whoever names a
 * folder (TMPDIR) gets that one.
 */
export function temporaryFolder(): string {
  if (process.env.TMPDIR !== undefined || !hasRoomInMemory()) return tmpdir();
  return IN_MEMORY;
}

// In a container both have a bound of their own: Docker gives 64 MB, unless it is told otherwise.
function hasRoomInMemory(): boolean {
  try {
    accessSync(IN_MEMORY, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= SPACE && process.availableMemory() >= MEMORY;
  } catch {
    return false;
  }
}
