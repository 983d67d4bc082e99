/** Two runs in one clone never prepare it at the same time, and one that died holds nobody up. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, utimesSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MiniatureClone } from './miniature-clone.js';

const LOCK = '.cache/prepare.lock';
/** Takes the lock, and notes when it has it and when it is about to give it up. */
const WORK = `
  import { appendFileSync } from 'node:fs';
  import { setTimeout as sleep } from 'node:timers/promises';
  import { withLock } from './scripts/prepare/lock.mjs';
  await withLock('${LOCK}', async () => {
    appendFileSync('worked', '<');
    await sleep(30);
    appendFileSync('worked', '>');
  });
`;

let clone: MiniatureClone;
beforeEach(() => {
  clone = new MiniatureClone();
});
afterEach(() => clone.remove());

function deadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

function heldBy(pid: number, secondsAgo = 0): void {
  clone.write(LOCK, String(pid));
  const touched = new Date(Date.now() - secondsAgo * 1_000);
  utimesSync(clone.path(LOCK), touched, touched);
}

describe('the lock of a clone', () => {
  it('is gone after the work', async () => {
    await clone.run(WORK);
    expect(clone.read('worked')).toBe('<>');
    expect(existsSync(clone.path(LOCK))).toBe(false);
  });

  it('is gone after work that failed', async () => {
    const failing = WORK.replace("appendFileSync('worked', '>')", "throw new Error('no space')");
    await expect(clone.run(failing)).rejects.toThrow('no space');
    expect(existsSync(clone.path(LOCK))).toBe(false);
  });

  it('is waited for while its holder lives and touches it', async () => {
    heldBy(process.pid);
    const waiting = clone.run(WORK);
    await once(waiting.child.stderr as Readable, 'data');
    heldBy(process.pid);
    await sleep(700);
    expect(existsSync(clone.path('worked'))).toBe(false);
    // The holder releases the lock.
    heldBy(deadProcess());
    expect((await waiting).stderr).toBe(
      `Process ${process.pid} is preparing this clone already; waiting for it …\n`,
    );
    expect(clone.read('worked')).toBe('<>');
  });

  it('is taken over from a process that is gone, without a word', async () => {
    heldBy(deadProcess());
    expect((await clone.run(WORK)).stderr).toBe('');
    expect(clone.read('worked')).toBe('<>');
  });

  it('is taken over when nobody touched it for 15 s: its process id belongs to another now', async () => {
    heldBy(process.pid, 16);
    expect((await clone.run(WORK)).stderr).toBe('');
    expect(clone.read('worked')).toBe('<>');
  });

  it('is held by one at a time, also when many find it stale at once', async () => {
    heldBy(deadProcess());
    await Promise.all(Array.from({ length: 8 }, () => clone.run(WORK)));
    expect(clone.read('worked')).toBe('<>'.repeat(8));
  });
});
