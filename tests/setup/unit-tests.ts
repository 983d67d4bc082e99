/** Unit tests of the server: test files that need no database, no socket and no process, found by what they and their helpers use. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WORKSPACES = ['contracts', 'platform', 'cli', 'services'];

/** Names of what starts a database, a server or a process, or takes that of the run. */
const STARTS_SOMETHING =
  /\b(createTestDatabase|createTemplateDatabase|createStandbyPair|startEmbeddedPostgres|startKafka|startRedis|testServer|createServer|createHttpServer|createTcpProxy|spawn|spawnSync|fork|execFile|execFileSync)\b/;
/** Helpers that offer both kinds: which one a file takes shows in its own import. */
const OFFERS_BOTH = join(ROOT, 'platform/src/testing');
const IMPORT = /from '(\.[^']+)\.js'/g;

/** Paths from the root, for vitest's `include`. */
export function unitTests(): string[] {
  return WORKSPACES.flatMap((workspace) => testsIn(join(ROOT, workspace)))
    .filter((path) => !startsSomething(path, new Set()))
    .map((path) => relative(ROOT, path));
}

function testsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(({ name }) => {
    if (name === 'node_modules' || name === 'dist') return [];
    const path = join(folder, name);
    if (name.endsWith('.test.ts')) return [path];
    return name.includes('.') ? [] : testsIn(path);
  });
}

function startsSomething(path: string, seen: Set<string>): boolean {
  if (seen.has(path) || !existsSync(path)) return false;
  seen.add(path);
  const text = readFileSync(path, 'utf8');
  if (STARTS_SOMETHING.test(text)) return true;
  return [...text.matchAll(IMPORT)]
    .map(([, to]) => `${resolve(dirname(path), to as string)}.ts`)
    .filter((imported) => !imported.startsWith(OFFERS_BOTH) && isHelper(imported))
    .some((imported) => startsSomething(imported, seen));
}

/** True for what exists for tests: what is tested is given its database by its caller. */
const isHelper = (path: string) => /\/testing\/|\/test-support\/|\.contract\.ts$/.test(path);
