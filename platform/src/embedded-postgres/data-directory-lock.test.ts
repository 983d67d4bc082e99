import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataDirectory } from './data-directory-lock.js';

const log = { info() {}, warn() {}, error() {} };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'att-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function change(fields: object): void {
  const [name = ''] = readdirSync(join(folder, 'lock'));
  const path = join(folder, 'lock', name);
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...fields }));
}

describe('the lock of a data directory', () => {
  it('is refused while held, and free again after its release', async () => {
    const lock = await lockDataDirectory(folder, log);
    await expect(lockDataDirectory(folder, log)).rejects.toMatchObject({ code: 'data_directory_in_use' });
    lock.release();
    const next = await lockDataDirectory(folder, log);
    expect([lock.isHeld(), next.isHeld()]).toEqual([false, true]);
    next.release();
  });

  it('is not held by another process that was given the same id', async () => {
    await lockDataDirectory(folder, log);
    change({ startTime: '1' });
    (await lockDataDirectory(folder, log)).release();
  });

  it('does not come along with a copy of the directory', async () => {
    await lockDataDirectory(folder, log);
    change({ inode: '1' });
    (await lockDataDirectory(folder, log)).release();
  });

  it('is held by a process in another container for as long as its heartbeat goes on', async () => {
    const lock = await lockDataDirectory(folder, log);
    change({ place: 'another container', pid: 1 });
    await expect(lockDataDirectory(folder, log)).rejects.toThrow(/process 1 in another container/);
    lock.release();
    const [name = ''] = readdirSync(join(folder, 'lock'));
    utimesSync(join(folder, 'lock', name), new Date(0), new Date(0));
    (await lockDataDirectory(folder, log)).release();
  });

  it('goes to exactly one of many processes that find it stale at once', async () => {
    await lockDataDirectory(folder, log);
    change({ startTime: '1' });
    const script = fileURLToPath(new URL('./test-support/lock-in-child.ts', import.meta.url));
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--import', 'tsx', script, folder, '20'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    );
    const lines = await Promise.all(
      children.map(async (child) =>
        String((await once(createInterface({ input: child.stdout }), 'line'))[0]),
      ),
    );
    const winners = lines
      .flatMap((line) => JSON.parse(line) as string[])
      .filter((result) => result === 'held');
    expect(winners).toHaveLength(1);
    for (const child of children) child.stdin.end();
  });
});
