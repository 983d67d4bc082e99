import { linkSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endChild, endOrphan } from './children.mjs';
import { readIfPresent } from './stamps.mjs';

const HEARTBEAT_MS = 1_000;
const STALE_AFTER_MS = 15_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs `work` while holding the lock file, so that two runs in one clone don't install or build over each
 * other. The holder touches the file every second; a file whose process is gone, or which nobody touched for
 * 15 s (a process id used again), is stale and is taken over.
 */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  await acquire(path);
  const heartbeat = setInterval(() => utimesSync(path, new Date(), new Date()), HEARTBEAT_MS);
  const release = () => rmSync(path, { force: true });
  // A terminal's Ctrl-C comes twice, from it and from npm: what runs is ended once, and waited for.
  let isEnding = false;
  const onSignal = async (signal) => {
    if (isEnding) return;
    isEnding = true;
    process.stderr.write('\nEnding; the next start goes on from here.\n');
    await endChild();
    release();
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    await endOrphan();
    return await work();
  } finally {
    clearInterval(heartbeat);
    for (const signal of SIGNALS) process.off(signal, onSignal);
    release();
  }
}

async function acquire(path) {
  let announced = false;
  while (!tryCreate(path)) {
    const holder = readIfPresent(path);
    if (holder === undefined) continue;
    if (isStale(path, holder)) {
      removeStale(path, holder);
      continue;
    }
    if (!announced) {
      process.stderr.write(`Process ${holder} is preparing this clone already; waiting for it …\n`);
      announced = true;
    }
    await sleep(200);
  }
}

// The file appears with its content at once (link of a finished file), so nobody ever reads an empty lock.
function tryCreate(path) {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, String(process.pid));
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function isStale(path, holder) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  return !isAlive(Number(holder)) || Date.now() - stats.mtimeMs > STALE_AFTER_MS;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// Removal of a stale lock. Another run may have replaced it after it was read: a lock that is not the one that was read
// is put back.
function removeStale(path, holder) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (readIfPresent(aside) !== holder) {
    try {
      linkSync(aside, path);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
  rmSync(aside, { force: true });
}
