import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { filesAreIntact, recordFiles } from './file-manifest.mjs';
import { root } from './paths.mjs';
import { runQuietly } from './run.mjs';
import { fingerprintFiles, readStamp, writeStamp } from './stamps.mjs';

/** Compiles the server's workspaces, those that tsconfig.json refers to. */
export const typescriptStep = { isFresh, run };

function isFresh() {
  return readStamp('typescript') === fingerprint() && filesAreIntact('typescript');
}

async function run() {
  // Taken before the build, so that a file saved while it runs makes the next run build again.
  const before = fingerprint();
  // The compiler trusts its notes, and does not look whether what it made is still there.
  if (!filesAreIntact('typescript')) forgetBuilds();
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await runQuietly('Compiling (tsc -b)', compiler, ['-b'], { cwd: root });
  recordFiles('typescript', outputs());
  writeStamp('typescript', before);
}

function fingerprint() {
  const sources = projects().flatMap((project) => [`${project}/src`, `${project}/tsconfig.json`]);
  return fingerprintFiles(
    ['tsconfig.json', 'tsconfig.base.json', 'tsconfig.workspace.json', ...sources],
    readStamp('install'),
  );
}

function forgetBuilds() {
  for (const output of outputs()) rmSync(join(root, output, '.tsbuildinfo'), { force: true });
}

/** Folders of each project's compiled files. */
export function outputs() {
  return projects().map((project) => `${project}/dist`);
}

function projects() {
  return JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')).references.map(({ path }) => path);
}
