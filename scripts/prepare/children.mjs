import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './paths.mjs';
import { readIfPresent } from './stamps.mjs';

const RECORD = join(root, '.cache', 'prepare.child');
const END_LIMIT_MS = 3_000;
const hasGroups = process.platform !== 'win32';

let running;
let isEnding = false;

/** True once a signal has arrived. */
export const isInterrupted = () => isEnding;

/**
 * Runs a Node program in a process group of its own: a terminal's Ctrl-C does not reach it, and we end it with all that it
 * has started. It is written down, so that it is found should we be killed.
 */
export function runProgram(file, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: hasGroups,
    });
    running = child;
    if (child.pid !== undefined) record(child.pid, file);
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running = undefined;
      rmSync(RECORD, { force: true });
      resolve({ code, signal, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

/** Ends what runs now, and resolves when it has ended. */
export async function endChild() {
  isEnding = true;
  if (running?.pid !== undefined) await endGroup(running.pid, () => running !== undefined);
}

/** Ends what a run that was killed has left at work in this clone. Only for who holds the lock. */
export async function endOrphan() {
  const [pid, file] = (readIfPresent(RECORD) ?? '').split('\n');
  if (file === undefined) return;
  const isThere = () => commandOf(Number(pid)).includes(file);
  if (isThere()) {
    process.stderr.write(`An earlier start left ${file} running (process ${pid}); ending it first.\n`);
    await endGroup(Number(pid), isThere);
  }
  rmSync(RECORD, { force: true });
}

function record(pid, file) {
  mkdirSync(dirname(RECORD), { recursive: true });
  writeFileSync(RECORD, `${pid}\n${file}`);
}

async function endGroup(pid, isThere) {
  signalGroup(pid, 'SIGTERM');
  for (let waited = 0; isThere() && waited < END_LIMIT_MS; waited += 20) await sleep(20);
  // SIGKILL also ends processes that the program has left behind.
  signalGroup(pid, 'SIGKILL');
  while (isThere()) await sleep(20);
}

function signalGroup(pid, signal) {
  try {
    process.kill(hasGroups ? -pid : pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
  }
}

/** Empty where there is no such process. */
function commandOf(pid) {
  if (!Number.isInteger(pid) || pid <= 1 || !hasGroups) return '';
  if (process.platform === 'linux')
    return (readIfPresent(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ');
  try {
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
