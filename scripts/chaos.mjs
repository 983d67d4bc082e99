/** `npm run chaos -- --minutes N`: the distributed product under faults, for N minutes; prints what was done and proved. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { root } from './prepare/paths.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const minutes = Number(values.minutes);
if (!Number.isInteger(minutes) || minutes < 1 || minutes > 1_440) {
  console.error('--minutes must be a whole number from 1 to 1440');
  process.exit(1);
}
const { status } = spawnSync(
  'npx',
  [
    'vitest',
    'run',
    '--project',
    'distributed',
    'tests/distributed/chaos.distributed.test.ts',
    '--disable-console-intercept',
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, CHAOS_MINUTES: String(minutes) } },
);
process.exit(status ?? 1);
