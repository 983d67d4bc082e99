/** Chromium that tests drive: one that this machine has, or else npm's, or Debian's. */
import { installFailure } from './apt-get.js';
import { findOnPath, isExecutable } from './find-on-path.js';
import { bringChromium } from './npm-chromium.js';

const NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'chrome'];
const PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Path of a Chromium, installed first where there is none: from npm, which needs no rights, or else from Debian, as root.
 *
 * @throws with what to install, where none can be brought: browsers' tests are never left out
 */
export function findOrInstallChromium(): string {
  const given = process.env.CHROMIUM;
  if (given !== undefined && given !== '') {
    if (isExecutable(given)) return given;
    throw new Error(`CHROMIUM is ${given}, which is no program that can be run`);
  }
  const found = findChromium();
  if (found !== undefined) return found;
  const brought = bringChromium();
  if ('program' in brought) return brought.program;
  const failure = installFailure(['chromium']);
  const installed = findChromium();
  if (installed !== undefined) {
    console.warn(brought.failure);
    return installed;
  }
  throw new Error(
    `The tests in a browser need Chromium, and there is none on the PATH, nor at ${PATHS.join(', ')}.\n` +
      `It was not installed: ${brought.failure}; ${failure ?? 'apt-get install chromium brought no program of these names'}.\n` +
      'Install it (Debian: apt-get install chromium; Fedora: dnf install chromium; ' +
      'macOS: brew install --cask google-chrome), or set CHROMIUM to the path of its program.',
  );
}

function findChromium(): string | undefined {
  return PATHS.find(isExecutable) ?? findOnPath(...NAMES);
}
