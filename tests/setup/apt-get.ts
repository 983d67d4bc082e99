/** Debian's packages, brought where we may: as root, where there is apt. */
import { spawnSync } from 'node:child_process';

/**
 * Installs packages; says why that could not be done.
 *
 * @param leftOut paths of files that the package is installed without, such as those of its service
 */
export function installFailure(
  packages: readonly string[],
  leftOut: readonly string[] = [],
): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may install packages';
  if (spawnSync('apt-get', ['--version']).status !== 0) return 'there is no apt-get here';
  const options = leftOut.flatMap((path) => ['-o', `DPkg::Options::=--path-exclude=${path}`]);
  const install = [...options, 'install', '-y', '--no-install-recommends', ...packages];
  console.log(`Installing for the tests: apt-get install ${packages.join(' ')} …`);
  if (aptGet(install).status === 0) return undefined;
  // A fresh image has no lists of packages at all, and an old one lists versions that are gone.
  const update = aptGet(['update']);
  const second = aptGet(install);
  if (second.status === 0) return undefined;
  return `apt-get install ${packages.join(' ')} failed\n${[update, second].map(({ stderr }) => stderr.trim()).join('\n')}`;
}

function aptGet(args: string[]) {
  // Another run in another clone may be installing just now.
  return spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    encoding: 'utf8',
  });
}
