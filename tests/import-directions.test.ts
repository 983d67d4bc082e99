/** The lint refuses imports against the architecture's directions: shown on samples that break each. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const biome = join(root, 'node_modules', '.bin', 'biome');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'att-lint-'));
  await cp(join(root, 'biome.json'), join(folder, 'biome.json'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the lint says of one file with one import. */
async function lint(path: string, imported: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `import { x } from '${imported}';\nconsole.log(x);\n`);
  return new Promise((resolve) => {
    execFile(biome, ['lint', '--vcs-enabled=false', path], { cwd: folder }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

describe('import directions', () => {
  it.each([
    ['contracts/src/sample.ts', '@att/platform/http'],
    ['contracts/src/sample.ts', 'node:fs'],
    ['contracts/src/sample.ts', 'uuid'],
    ['contracts/src/sample.ts', 'pino'],
    ['contracts/src/sample.test.ts', 'pg'],
    ['contracts/src/sample.ts', '../../platform/src/http/index.js'],
    ['platform/src/http/sample.ts', '@att/query'],
    ['services/ingest/src/sample.ts', '@att/query'],
    ['services/query/src/sample.ts', '../../projector/src/projections/index.js'],
    ['services/query/src/sample.ts', '../../../platform/src/http/index.js'],
    ['ui/src/sample.ts', '@att/platform/http'],
    ['ui/src/sample.ts', '@att/realtime'],
    ['ui/src/sample.ts', 'ws'],
    ['ui/src/live/sample.ts', 'node:crypto'],
    ['ui/src/sample.ts', '../../contracts/src/index.js'],
    ['cli/src/sample.ts', '@att/ui'],
  ])('%s may not import %s', async (path, imported) => {
    expect(await lint(path, imported)).toContain('noRestrictedImports');
  });

  it.each([
    ['contracts/src/sample.ts', 'zod'],
    ['contracts/src/sample.ts', './events.js'],
    ['contracts/src/sample.test.ts', 'fast-check'],
    ['contracts/src/sample.test.ts', '@att/platform/testing'],
    ['platform/src/http/sample.ts', '@att/contracts'],
    ['platform/src/http/sample.ts', '../event-log/index.js'],
    ['services/ingest/src/sample.ts', '@att/platform/http'],
    ['ui/src/sample.ts', '@att/contracts'],
    ['ui/src/sample.ts', 'solid-js/web'],
    ['ui/src/sample.ts', 'lucide-solid/icons/sun'],
    ['ui/src/live/sample.ts', '../api/errors.js'],
    ['ui/src/live/sample.test.ts', 'vitest'],
    ['cli/src/sample.ts', '@att/ingest'],
  ])('%s may import %s', async (path, imported) => {
    expect(await lint(path, imported)).not.toContain('noRestrictedImports');
  });
});
