/** Libraries that a start loads. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Prints the packages, written in CommonJS, that a module has loaded with all of its imports. */
const PRINT_LOADED = `
  import { createRequire } from 'node:module';
  await import('./cli/dist/process/start-all.js');
  const files = Object.keys(createRequire(import.meta.url).cache);
  console.log(JSON.stringify(files.map((file) => /.*node_modules.((?:@[^/]+.)?[^/]+)/.exec(file)?.[1])));`;

it('loads no library for brokers or Redis before one of them is configured', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', PRINT_LOADED],
    { cwd: root },
  );
  const loaded = new Set(JSON.parse(stdout));
  // The two that are always needed show that the list is one.
  expect(loaded).toContain('pg');
  expect(loaded).toContain('express');
  expect(loaded).not.toContain('kafkajs');
  expect(loaded).not.toContain('ioredis');
});
