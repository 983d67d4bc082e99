/** The lint refuses imports against the architecture's directions: shown on samples that break each. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const biome = join(root, 'node_modules', '.bin', 'biome');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'att-lint-'));
  for (const config of ['biome.json', 'services/projector/biome.json']) {
    await mkdir(dirname(join(folder, config)), { recursive: true });
    await cp(join(root, config), join(folder, config));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes a file that imports nothing but `imported`. */
async function write(path: string, imported: readonly string[]): Promise<void> {
  const names = imported.map((_, index) => `x${index}`);
  const lines = imported.map((name, index) => `import { x as ${names[index]} } from '${name}';`);
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), `${lines.join('\n')}\nconsole.log(${names.join(', ')});\n`);
}

function runLint(path: string, ...options: string[]): Promise<string> {
  return new Promise((done) => {
    execFile(biome, ['lint', '--vcs-enabled=false', ...options, path], { cwd: folder }, (_, stdout, stderr) =>
      done(stdout + stderr),
    );
  });
}

/** Report of the lint on one file with one import. */
async function lint(path: string, imported: string): Promise<string> {
  await write(path, [imported]);
  return runLint(path);
}

/** Imports that the lint refuses in a folder, by file. */
async function restrictedImports(tree: string): Promise<Map<string, string[]>> {
  const report = await runLint(tree, '--reporter=github', '--max-diagnostics=none');
  const found = new Map<string, string[]>();
  for (const [, file, line] of report.matchAll(/noRestrictedImports,file=([^,]+),line=(\d+)/g)) {
    const path = resolve(folder, file as string);
    const text = (await readFile(path, 'utf8')).split('\n')[Number(line) - 1] ?? '';
    const imports = found.get(relative(folder, path)) ?? [];
    found.set(relative(folder, path), [...imports, /'(.*)'/.exec(text)?.[1] as string]);
  }
  return found;
}

/** Imports that the lint refuses. */
const REFUSED = [
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
] as const;

/** Imports that the lint allows. */
const ALLOWED = [
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
] as const;

describe('import directions', () => {
  let restricted: Map<string, string[]>;

  // All samples in one go, as a start of the lint takes longer than it does.
  beforeAll(async () => {
    for (const [index, [path, imported]] of [...REFUSED, ...ALLOWED].entries()) {
      await write(numbered(path, index), [imported]);
    }
    restricted = await restrictedImports('.');
  });

  it.each(REFUSED.map((sample, index) => [...sample, index] as const))(
    '%s may not import %s',
    (path, imported, index) => {
      expect(restricted.get(numbered(path, index))).toEqual([imported]);
    },
  );

  it.each(ALLOWED.map((sample, index) => [...sample, REFUSED.length + index] as const))(
    '%s may import %s',
    (path, _, index) => {
      expect(restricted.get(numbered(path, index))).toBeUndefined();
    },
  );
});

/** Path of a sample of its own in the same folder, and of the same kind. */
const numbered = (path: string, index: number) => path.replace('sample', `sample-${index}`);

/** Folders of the projector, each with those that it may import. */
const PROJECTOR_LAYERS: Record<string, readonly string[]> = {
  rows: [],
  fold: ['rows'],
  'task-outcomes': ['rows', 'fold'],
  projections: ['rows', 'fold', 'task-outcomes'],
  generations: ['rows', 'fold'],
  metrics: ['generations'],
  lease: ['generations'],
  batch: ['rows', 'fold', 'generations', 'metrics'],
  'dead-letters': ['rows', 'fold', 'generations', 'metrics', 'batch'],
  follow: ['rows', 'fold', 'generations', 'metrics', 'batch', 'dead-letters'],
  build: ['rows', 'fold', 'generations', 'metrics', 'batch', 'dead-letters', 'follow'],
  rounds: ['rows', 'fold', 'generations', 'metrics', 'lease', 'batch', 'dead-letters', 'follow', 'build'],
  'operator-api': ['fold', 'generations', 'projections'],
};

describe('layers of the projector', () => {
  const names = Object.keys(PROJECTOR_LAYERS);

  it('are all of its folders', async () => {
    const entries = await readdir(join(root, 'services/projector/src'), { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(folders.sort()).toEqual([...names, 'testing'].sort());
  });

  it('import those below them alone', async () => {
    const samples = names.flatMap((layer) =>
      layer === 'projections'
        ? ['projections/index.ts', 'projections/tasks/index.ts']
        : [`${layer}/index.ts`],
    );
    const imports = (sample: string) => {
      const [layer, up] = [sample.split('/')[0], sample.replace(/[^/]+/g, '..').slice(0, -3)];
      const others = names.filter((name) => name !== layer).map((name) => `${up}/${name}/index.js`);
      return [...others, `${up}/start-projector.js`, '@att/query'];
    };
    for (const sample of samples) await write(`services/projector/src/${sample}`, imports(sample));
    const restricted = await restrictedImports('services/projector/src');
    for (const sample of samples) {
      const below = PROJECTOR_LAYERS[sample.split('/')[0] as string] ?? [];
      const isAllowed = (imported: string) => below.some((name) => imported.endsWith(`../${name}/index.js`));
      const expected = imports(sample).filter((imported) => !isAllowed(imported));
      expect(restricted.get(`services/projector/src/${sample}`)?.sort(), sample).toEqual(expected.sort());
    }
  });
});

it('a cycle of imports is refused', async () => {
  await write('platform/src/cycle/two.ts', ['./one.js']);
  expect(await lint('platform/src/cycle/one.ts', './two.js')).toContain('noImportCycles');
});
