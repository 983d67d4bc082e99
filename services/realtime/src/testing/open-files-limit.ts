import { execFileSync } from 'node:child_process';

/** Files that this process may have open; Node raises its own limit to the hard one when it starts. */
export function openFilesLimit(): number {
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  return limit === 'unlimited' ? Infinity : Number(limit);
}
