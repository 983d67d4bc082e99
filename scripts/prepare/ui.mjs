import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { runQuietly } from './run.mjs';
import { fingerprintFiles, readStamp, writeStamp } from './stamps.mjs';

/** Builds the browser app into ui/dist. */
export const uiStep = { isFresh, run };

function isFresh() {
  if (!existsSync(join(root, 'ui', 'index.html'))) return true;
  return existsSync(join(root, 'ui', 'dist', 'index.html')) && readStamp('ui') === fingerprint();
}

async function run() {
  const before = fingerprint();
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  // A NODE_ENV from outside would build the app in that mode.
  const env = { ...process.env, NODE_ENV: 'production' };
  await runQuietly('Building the UI (vite build)', vite, ['build'], { cwd: join(root, 'ui'), env });
  writeStamp('ui', before);
}

function fingerprint() {
  return fingerprintFiles(['ui', 'contracts/src', 'contracts/package.json'], readStamp('install'));
}
