/** The Chromium that tests drive: one that this machine has, or Debian's, brought when we may. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'chrome'];
const PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * The path of a Chromium, installed first where there is none and we may install: as root, where there is apt.
 *
 * @throws with what to install, where there is none and none can be brought: browsers' tests are never left out
 */
export function findOrInstallChromium(): string {
  const given = process.env.CHROMIUM;
  if (given !== undefined && given !== '') {
    if (isExecutable(given)) return given;
    throw new Error(`CHROMIUM is ${given}, which is no program that can be run`);
  }
  const found = findChromium();
  if (found !== undefined) return found;
  const failure = installFailure();
  const installed = findChromium();
  if (installed !== undefined) return installed;
  throw new Error(
    `The tests in a browser need Chromium, and there is none on the PATH, nor at ${PATHS.join(', ')}.\n` +
      `It was not installed: ${failure ?? 'apt-get install chromium brought no program of these names'}.\n` +
      'Install it (Debian: apt-get install chromium; Fedora: dnf install chromium; ' +
      'macOS: brew install --cask google-chrome), or set CHROMIUM to the path of its program.',
  );
}

function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...PATHS, ...onPath].find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Installs Debian's package; says why that could not be done. */
function installFailure(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may install packages';
  if (spawnSync('apt-get', ['--version']).status !== 0) return 'there is no apt-get here';
  console.log('Installing Chromium for the tests in a browser (apt-get install chromium) …');
  if (aptGet('install').status === 0) return undefined;
  // A fresh image has no lists of packages at all, and an old one lists versions that are gone.
  const update = aptGet('update');
  const install = aptGet('install');
  if (install.status === 0) return undefined;
  return `apt-get install chromium failed\n${[update, install].map(({ stderr }) => stderr.trim()).join('\n')}`;
}

function aptGet(command: 'install' | 'update') {
  const args = command === 'install' ? ['install', '-y', '--no-install-recommends', 'chromium'] : ['update'];
  // Another run in another clone may be installing just now.
  return spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    encoding: 'utf8',
  });
}
