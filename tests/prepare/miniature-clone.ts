/** A clone of one workspace, with this clone's own preparation scripts and a compiler that only says it ran. */
import { execFile, type PromiseWithChild } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const scripts = fileURLToPath(new URL('../../scripts/prepare', import.meta.url));
const COMPILER = `
  import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
  mkdirSync('a/dist', { recursive: true });
  writeFileSync('a/dist/.tsbuildinfo', '');
  appendFileSync('compiled', 'x');
`;

export class MiniatureClone {
  readonly folder = mkdtempSync(join(tmpdir(), 'att-prepare-'));

  constructor() {
    cpSync(scripts, join(this.folder, 'scripts', 'prepare'), { recursive: true });
    this.write('package.json', '{"type":"module"}');
    this.write('tsconfig.json', '{"references":[{"path":"a"}]}');
    this.write('a/tsconfig.json', '{}');
    this.write('a/src/index.ts', 'export {};\n');
    this.write('node_modules/typescript/package.json', '{"type":"module"}');
    this.write('node_modules/typescript/bin/tsc', COMPILER);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** Runs a module in a process of its own; it reaches the scripts as `./scripts/prepare/…`. */
  run(module: string): PromiseWithChild<{ stdout: string; stderr: string }> {
    const name = `run-${Math.random().toString(36).slice(2)}.mjs`;
    this.write(name, module);
    return promisify(execFile)(process.execPath, [name], { cwd: this.folder });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
