/** Connections to PostgreSQL are opened in one way, which sets a session up: a bare one would depend on the server's settings. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SERVICES = ['ingest', 'projector', 'query', 'realtime'].map((name) => `services/${name}/src`);
const SOURCES = ['platform/src', 'cli/src', ...SERVICES];

/** Bare connections, and why none of them needs a session of ours. */
const BARE = [
  // Makes the database that sessions are of.
  'platform/src/embedded-postgres/ensure-database.ts',
  // Subclasses pg's: this is the one way.
  'platform/src/postgres/session.ts',
  'platform/src/postgres/ending-pool.ts',
];

it('no part of the product opens a connection by itself', () => {
  const files = SOURCES.flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  const product = files.filter(
    (file) => /\.ts$/.test(file) && !/\.test\.ts$|\/(testing|test-support)\//.test(file),
  );
  const opens = product.filter((file) =>
    /\b(new|extends) (pg\.)?(Client|Pool)\b/.test(readFileSync(`${ROOT}${file}`, 'utf8')),
  );
  const ofPg = opens.filter((file) => /from 'pg'/.test(readFileSync(`${ROOT}${file}`, 'utf8')));
  expect(product.length).toBeGreaterThan(100);
  expect(ofPg.filter((file) => !BARE.includes(file))).toEqual([]);
});
