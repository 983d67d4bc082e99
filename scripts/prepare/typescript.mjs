import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { runQuietly } from './run.mjs';
import { fingerprintFiles, readStamp, writeStamp } from './stamps.mjs';

/** Compiles the server's workspaces, those that tsconfig.json refers to. */
export const typescriptStep = { isFresh, run };

function isFresh() {
  const built = projects().every((project) => existsSync(join(root, project, 'dist', '.tsbuildinfo')));
  return built && readStamp('typescript') === fingerprint();
}

async function run() {
  // Taken before the build, so that a file saved while it runs makes the next run build again.
  const before = fingerprint();
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await runQuietly('Compiling (tsc -b)', compiler, ['-b'], { cwd: root });
  writeStamp('typescript', before);
}

function fingerprint() {
  const sources = projects().flatMap((project) => [`${project}/src`, `${project}/tsconfig.json`]);
  return fingerprintFiles(['tsconfig.json', 'tsconfig.base.json', ...sources], readStamp('install'));
}

function projects() {
  return JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')).references.map(({ path }) => path);
}
