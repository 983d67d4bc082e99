/** A tree in which something is missing, half done, or somebody else's: the next start mends it, or says what to do. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MiniatureClone } from './miniature-clone.js';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** Script like the real one, which does not make again what it has notes of. */
const COMPILER = `
  import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
  appendFileSync('compiled', 'x');
  mkdirSync('a/dist/deep', { recursive: true });
  if (!existsSync('a/dist/.tsbuildinfo')) {
    for (const file of ['index.js', 'deep/more.js']) writeFileSync('a/dist/' + file, 'export {};');
  }
  writeFileSync('a/dist/.tsbuildinfo', 'notes');
`;
const NPM = `
  import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
  appendFileSync('installed', 'x');
  mkdirSync('node_modules/pg/lib', { recursive: true });
  writeFileSync('node_modules/pg/package.json', '{"version":"8.0.0"}');
  writeFileSync('node_modules/pg/lib/index.js', 'x');
  writeFileSync('node_modules/.package-lock.json', '{"packages":{"node_modules/pg":{"version":"8.0.0"}}}');
`;
/** Works on for ever, with a child of its own, as npm does while it runs install scripts. */
const ENDLESS = `
  import { spawn } from 'node:child_process';
  import { writeFileSync } from 'node:fs';
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  process.on('SIGINT', () => {});
  writeFileSync('busy', process.pid + ' ' + child.pid);
  setInterval(() => {}, 1000);
`;

let clone: MiniatureClone;
let started: ChildProcess[];

beforeEach(() => {
  started = [];
  clone = new MiniatureClone();
  const prepare = fileURLToPath(new URL('../../scripts/prepare.mjs', import.meta.url));
  cpSync(prepare, clone.path('scripts/prepare.mjs'));
  clone.write('package.json', '{"type":"module","workspaces":["a"]}');
  clone.write('package-lock.json', '{"packages":{"":{},"node_modules/pg":{"version":"8.0.0"}}}');
  clone.write('a/package.json', '{}');
  clone.write('node_modules/typescript/bin/tsc', COMPILER);
  clone.write('bin/npm-cli.js', NPM);
});
afterEach(async () => {
  for (const child of started) child.kill('SIGKILL');
  for (const pid of busy()) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  clone.remove();
});

function start(user: { uid?: number; gid?: number } = {}): ChildProcess {
  const child = spawn(process.execPath, ['scripts/prepare.mjs'], {
    cwd: clone.folder,
    env: { PATH: process.env.PATH, npm_execpath: clone.path('bin/npm-cli.js') },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  started.push(child);
  return child;
}

async function prepare(user: { uid?: number; gid?: number } = {}): Promise<{ code: number; stderr: string }> {
  const child = start(user);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code, stderr };
}

async function prepared(): Promise<void> {
  const { code, stderr } = await prepare();
  expect([code, stderr]).toEqual([0, expect.anything()]);
}

const count = (name: string) => (existsSync(clone.path(name)) ? clone.read(name).length : 0);
const busy = () => (existsSync(clone.path('busy')) ? clone.read('busy').split(' ').map(Number) : []);
const remove = (name: string) => rmSync(clone.path(name), { recursive: true });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('what is missing in a tree', () => {
  beforeEach(prepared);

  it.each([
    ['a package', 'node_modules/pg'],
    ['a folder of a package', 'node_modules/pg/lib'],
    ['a file of a package', 'node_modules/pg/lib/index.js'],
    ['the manifest of a package', 'node_modules/pg/package.json'],
  ])('%s, is installed again, once', async (_, name) => {
    remove(name);
    await prepared();
    expect(existsSync(clone.path(name))).toBe(true);
    expect(count('installed')).toBe(2);
    await prepared();
    expect(count('installed')).toBe(2);
  });

  it.each(['a/dist', 'a/dist/index.js', 'a/dist/deep', 'a/dist/deep/more.js', 'a/dist/.tsbuildinfo'])(
    '%s, is built again, once',
    async (name) => {
      remove(name);
      await prepared();
      expect(existsSync(clone.path(name))).toBe(true);
      await prepared();
      expect([count('compiled'), count('installed')]).toEqual([2, 1]);
    },
  );

  it('a built file that was cut off, is built again', async () => {
    clone.write('a/dist/deep/more.js', 'exp');
    await prepared();
    expect(clone.read('a/dist/deep/more.js')).toBe('export {};');
  });

  it('nothing, though something was added, touches nothing', async () => {
    clone.write('node_modules/pg/lib/.cache', '');
    clone.write('a/dist/left-over.js', '');
    expect(await prepare()).toEqual({ code: 0, stderr: '' });
    expect([count('compiled'), count('installed')]).toEqual([1, 1]);
  });
});

describe('a signal while npm installs', () => {
  const isBusy = () => until('npm is at work', () => busy().length === 2);

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    '%s, also twice, ends all that was started, and the next start goes on',
    async (signal, status) => {
      clone.write('bin/npm-cli.js', ENDLESS);
      const child = start();
      await isBusy();
      const closed = once(child, 'close');
      child.kill(signal);
      child.kill(signal);
      expect(await closed).toEqual([status, null]);
      await until('all have ended', () => !busy().some(isAlive));
      expect(readdirSync(clone.path('.cache'))).toEqual([]);
      clone.write('bin/npm-cli.js', NPM);
      await prepared();
      expect(count('installed')).toBe(1);
    },
  );

  it('SIGKILL leaves npm at work, which the next start ends first', async () => {
    clone.write('bin/npm-cli.js', ENDLESS);
    const child = start();
    await isBusy();
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(busy().every(isAlive)).toBe(true);
    clone.write('bin/npm-cli.js', NPM);
    const { code, stderr } = await prepare();
    expect([code, stderr]).toEqual([0, expect.stringContaining(`process ${busy()[0]}); ending it first`)]);
    await until('all have ended', () => !busy().some(isAlive));
  });
});

describe('npm that fails', () => {
  it('because node_modules is half there, begins anew', async () => {
    clone.write('node_modules/half/there.js', '');
    clone.write(
      'bin/npm-cli.js',
      `import { cpSync, existsSync } from 'node:fs';
       if (existsSync('node_modules/half')) {
         cpSync('node_modules/typescript', 'typescript', { recursive: true });
         console.error('npm error code ENOTEMPTY');
         process.exit(1);
       }
       cpSync('typescript', 'node_modules/typescript', { recursive: true });
       ${NPM}`,
    );
    await prepared();
    expect(count('installed')).toBe(1);
    expect(existsSync(clone.path('node_modules/half'))).toBe(false);
  });

  it.each([
    ['ENOSPC', 'The disk of'],
    ['EACCES', 'give the clone to who starts it (sudo chown -R'],
    ['EROFS', 'is on a read-only file system'],
    ['ENOTFOUND', 'npm could not reach its registry'],
  ])('with %s says in its last line what to do', async (code, advice) => {
    clone.write('bin/npm-cli.js', `console.error('npm error code ${code}'); process.exit(1);`);
    const ran = await prepare();
    expect(ran.code).toBe(1);
    expect(ran.stderr.trimEnd().split('\n').at(-1)).toContain(advice);
    expect(ran.stderr).not.toMatch(/\n +at /);
  });
});

describe("somebody else's tree", () => {
  /** User that starts. As root the tree is root's, and an ordinary user starts it; else the tree is the user's, and read-only. */
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

  function close(): void {
    chmodSync(clone.folder, 0o555);
    for (const name of readdirSync(clone.folder, { recursive: true, withFileTypes: true })) {
      if (name.isDirectory()) chmodSync(join(name.parentPath, name.name), 0o555);
    }
  }

  afterEach(() => {
    chmodSync(clone.folder, 0o755);
    for (const name of readdirSync(clone.folder, { recursive: true, withFileTypes: true })) {
      if (name.isDirectory()) chmodSync(join(name.parentPath, name.name), 0o755);
    }
  });

  it('that is ready is started as it is', async () => {
    await prepared();
    close();
    expect(await prepare(user)).toEqual({ code: 0, stderr: '' });
  });

  it('that is not ready is refused in one line, with what to do', async () => {
    close();
    const { code, stderr } = await prepare(user);
    expect([code, stderr.split('\n')]).toEqual([1, [expect.stringContaining(clone.folder), '']]);
    expect(stderr).toContain(`belongs to ${isRoot ? 'root' : ''}`);
    expect(stderr).toContain('chown -R');
  });

  it.runIf(isRoot)('of which a part alone is root’s is refused likewise', async () => {
    await prepared();
    writeFileSync(clone.path('a/src/index.ts'), 'changed');
    for (const name of ['.', ...(readdirSync(clone.folder, { recursive: true }) as string[])]) {
      if (!/^a\/dist/.test(name)) chownSync(clone.path(name), NOBODY, NOBODY);
    }
    const { code, stderr } = await prepare(user);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/a\/dist, which belongs to root.*chown -R/)]);
  });
});
