/** A file system of a few megabytes, which root can mount on Linux. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BALLAST = 'ballast';
const MEGABYTE = 2 ** 20;

export class SmallDisk {
  /** Folder for a data directory. */
  readonly dataDirectory: string;

  private constructor(private readonly mountPoint: string) {
    this.dataDirectory = join(mountPoint, 'data');
    mkdirSync(this.dataDirectory);
  }

  /** Undefined where this user may not mount. */
  static mount(megabytes: number): SmallDisk | undefined {
    if (process.platform !== 'linux') return undefined;
    const mountPoint = mkdtempSync(join(tmpdir(), 'att-test-disk-'));
    try {
      const options = `size=${megabytes}m,mode=0755`;
      execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'att-test', mountPoint], { stdio: 'ignore' });
    } catch {
      rmSync(mountPoint, { recursive: true });
      return undefined;
    }
    return new SmallDisk(mountPoint);
  }

  /**
   * Fills it, up to some megabytes that stay free. In small pieces, each after another look: PostgreSQL writes, too,
   * and on a busy machine took more than was to be left while one large piece was written.
   */
  fill(left: number): void {
    const ballast = openSync(join(this.mountPoint, BALLAST), 'w');
    const piece = Buffer.alloc(MEGABYTE / 4);
    while (this.#bytesFree() > left * MEGABYTE) writeSync(ballast, piece);
    closeSync(ballast);
  }

  #bytesFree(): number {
    const { bavail, bsize } = statfsSync(this.mountPoint);
    return bavail * bsize;
  }

  free(): void {
    rmSync(join(this.mountPoint, BALLAST), { force: true });
  }

  unmount(): void {
    execFileSync('umount', [this.mountPoint]);
    rmSync(this.mountPoint, { recursive: true });
  }
}
