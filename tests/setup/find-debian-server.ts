/** Programs of Debian's packages that tests of a given database need: found, or brought when we may. */
import { existsSync } from 'node:fs';
import { installFailure } from './apt-get.js';

/** Programs of PostgreSQL 15, the oldest that is supported: initdb, postgres, pg_dump, psql. */
export const POSTGRES_15 = '/usr/lib/postgresql/15/bin';
export const PGBOUNCER = '/usr/sbin/pgbouncer';

/** True where the program is, or could be installed. Says loudly what is left out where not. */
export function haveProgram(program: string, debianPackage: string): boolean {
  if (existsSync(program)) return true;
  const failure = installFailure([debianPackage]);
  if (existsSync(program)) return true;
  console.warn(
    `LEFT OUT: tests that need ${program} (Debian's ${debianPackage}): ${failure ?? 'the package has no such program'}`,
  );
  return false;
}

export const havePostgres15 = () => haveProgram(`${POSTGRES_15}/postgres`, 'postgresql-15');
export const havePgBouncer = () => haveProgram(PGBOUNCER, 'pgbouncer');
