import { join } from 'node:path';
import { adviceForUnwritable } from './advice.mjs';
import { checkDatabaseBinaries, databaseBinariesComplete } from './database-binaries.mjs';
import { installIsFresh, runInstall } from './install.mjs';
import { withLock } from './lock.mjs';
import { root } from './paths.mjs';
import { StepFailed } from './run.mjs';
import { outputs, typescriptStep } from './typescript.mjs';
import { uiStep } from './ui.mjs';

/** Brings the clone up to date. When nothing is stale it reads a few hundred file stats and returns. */
export async function prepare() {
  if (everythingIsFresh()) return;
  const advice = adviceForUnwritable([
    '.',
    '.cache',
    'node_modules',
    'node_modules/.cache/att',
    'ui/dist',
    ...outputs(),
  ]);
  if (advice !== undefined) throw new StepFailed(advice);
  await withLock(join(root, '.cache', 'prepare.lock'), async () => {
    if (!installIsFresh()) await runInstall();
    checkDatabaseBinaries();
    for (const step of [typescriptStep, uiStep]) {
      if (!step.isFresh()) await step.run();
    }
  });
}

function everythingIsFresh() {
  return installIsFresh() && databaseBinariesComplete() && typescriptStep.isFresh() && uiStep.isFresh();
}
