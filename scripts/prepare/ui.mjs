import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { filesAreIntact, recordFiles } from './file-manifest.mjs';
import { root } from './paths.mjs';
import { runQuietly } from './run.mjs';
import { fingerprintFiles, readStamp, writeStamp } from './stamps.mjs';

/** Builds the browser app into ui/dist. */
export const uiStep = { isFresh, run };

function isFresh() {
  if (!existsSync(join(root, 'ui', 'index.html'))) return true;
  return readStamp('ui') === fingerprint() && filesAreIntact('ui');
}

async function run() {
  const before = fingerprint();
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  // A NODE_ENV from outside would build the app in that mode.
  const env = { ...process.env, NODE_ENV: 'production' };
  await runQuietly('Building the UI (vite build)', vite, ['build'], { cwd: join(root, 'ui'), env });
  recordFiles('ui', ['ui/dist']);
  writeStamp('ui', before);
}

function fingerprint() {
  return fingerprintFiles(['ui', 'contracts/src', 'contracts/package.json'], readStamp('install'));
}
