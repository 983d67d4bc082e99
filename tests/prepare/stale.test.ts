/** Changes that make a build stale, and changes that do not: no old code runs, and no build is made for nothing. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MiniatureClone } from './miniature-clone.js';

const BUILD = `
  import { typescriptStep } from './scripts/prepare/typescript.mjs';
  const isFresh = typescriptStep.isFresh();
  if (!isFresh) await typescriptStep.run();
  console.log(isFresh ? 'fresh' : 'built');
`;

let clone: MiniatureClone;
beforeEach(async () => {
  clone = new MiniatureClone();
  expect(await build()).toBe('built');
});
afterEach(() => clone.remove());

const build = async () => (await clone.run(BUILD)).stdout.trim();

describe('a build', () => {
  it('is fresh after it was made', async () => {
    expect(await build()).toBe('fresh');
    expect(clone.read('compiled')).toBe('x');
  });

  it.each<[string, (clone: MiniatureClone) => void]>([
    ['a source was changed', (of) => of.write('a/src/index.ts', 'export const x = 1;\n')],
    ['a source was saved as it was', (of) => of.write('a/src/index.ts', 'export {};\n')],
    ['a source was added', (of) => of.write('a/src/deep/more.ts', '')],
    ['a source was deleted', (of) => rmSync(of.path('a/src/index.ts'))],
    ['the options of the compiler changed', (of) => of.write('a/tsconfig.json', '{"compilerOptions":{}}')],
    ['what it made was deleted', (of) => rmSync(of.path('a/dist'), { recursive: true })],
    ['other dependencies were installed', (of) => of.write('node_modules/.cache/att/install.stamp', 'other')],
  ])('is stale once %s', async (_, change) => {
    change(clone);
    expect(await build()).toBe('built');
    expect(await build()).toBe('fresh');
  });

  it.each(['a/dist/left-over.js', 'a/README.md', 'a/src/node_modules/x/index.ts', 'a/src/coverage/x.json'])(
    'is not stale for %s',
    async (path) => {
      clone.write(path, 'x');
      expect(await build()).toBe('fresh');
    },
  );

  it('that failed is made again, and says what the compiler said', async () => {
    clone.write('node_modules/typescript/bin/tsc', "console.log('TS2322: wrong'); process.exit(2);");
    clone.write('a/src/index.ts', 'wrong');
    await expect(build()).rejects.toThrow(/TS2322: wrong[\s\S]*Compiling \(tsc -b\): failed \(exit code 2\)/);
    await expect(build()).rejects.toThrow('TS2322: wrong');
  });
});
