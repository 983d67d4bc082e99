/** A file system of a few megabytes, which root can mount on Linux. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BALLAST = 'ballast';

export class SmallDisk {
  /** For a data directory. */
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

  /** Fills it, up to some megabytes that stay free. */
  fill(left: number): void {
    const { bavail, bsize } = statfsSync(this.mountPoint);
    const bytes = bavail * bsize - left * 1024 * 1024;
    if (bytes > 0) writeFileSync(join(this.mountPoint, BALLAST), Buffer.alloc(bytes));
  }

  free(): void {
    rmSync(join(this.mountPoint, BALLAST), { force: true });
  }

  unmount(): void {
    execFileSync('umount', [this.mountPoint]);
    rmSync(this.mountPoint, { recursive: true });
  }
}
