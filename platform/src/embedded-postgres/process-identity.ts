import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemErrorCode } from './errors.js';

/** Linux shows processes under /proc; elsewhere `ps` is asked. */
export const hasProc = process.platform === 'linux';

/** Facts about a process in /proc/<pid>/stat. */
export interface ProcessStat {
  command: string;
  startTime: string;
}

/**
 * When a process started, as text to compare with an earlier answer: a process id alone is used
 * again, the pair is not. Undefined when there is no such process (a zombie has ended, too).
 */
export function processStartTime(pid: number): string | undefined {
  return hasProc ? readProcessStat(pid)?.startTime : startTimeFromPs(pid);
}

/** Reads /proc/<pid>/stat; undefined when the process is gone or a zombie. */
export function readProcessStat(pid: number): ProcessStat | undefined {
  const text = readProcFile(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The command stands in parentheses and may hold any character, so count fields from the last one.
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  const [state] = fields;
  const startTime = fields[19];
  if (state === 'Z' || state === 'X' || startTime === undefined) return undefined;
  return { command: text.slice(text.indexOf('(') + 1, end), startTime };
}

/** Reads a file under /proc; undefined when its process has gone. */
export function readProcFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Whether an error under /proc means that the process has ended meanwhile. */
export function isGone(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'ENOENT' || code === 'ESRCH';
}

/**
 * Names the place in which process ids of this process mean something: this boot of this machine, and the
 * container's process namespace. Ids recorded in another place cannot be looked up here.
 */
export function processIdPlace(): string {
  if (!hasProc) return hostname();
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
}

function startTimeFromPs(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return text === '' ? undefined : text;
  } catch (error) {
    // ps ends with 1 when no process has this id.
    if (error instanceof Error && 'status' in error && error.status === 1) return undefined;
    throw error;
  }
}
