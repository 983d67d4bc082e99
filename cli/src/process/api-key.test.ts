import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, readConfig } from '@att/platform/config';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureApiKey, requireApiKey } from './api-key.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'att-test-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('the key of a data directory', () => {
  it('is made once, readable by its owner only, and leaves no temporary file', async () => {
    const made = await ensureApiKey(directory);
    expect(made).toMatch(/^att_[\w-]{32}$/);
    expect(await ensureApiKey(directory)).toBe(made);
    expect(await readdir(directory)).toEqual(['api-key']);
    expect((await stat(join(directory, 'api-key'))).mode & 0o777).toBe(0o600);
  });

  it('is the same for processes that start at the same time', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => ensureApiKey(directory)));
    expect(new Set(keys).size).toBe(1);
    expect(await readFile(join(directory, 'api-key'), 'utf8')).toBe(`${keys[0]}\n`);
    expect(await readdir(directory)).toEqual(['api-key']);
  });

  it('is made after a process was killed while it wrote one, and the unfinished file is removed', async () => {
    const unfinished = 'api-key.6f0c7e0a-3f7e-4f3c-9a53-3a6a3a1d2b11.tmp';
    await writeFile(join(directory, unfinished), '');
    expect(await ensureApiKey(directory)).toMatch(/^att_/);
    expect(await readdir(directory)).toEqual(['api-key']);
  });

  it('is refused when too short, and never overwritten', async () => {
    await writeFile(join(directory, 'api-key'), 'short\n');
    await expect(ensureApiKey(directory)).rejects.toThrow(ConfigError);
    expect(await readFile(join(directory, 'api-key'), 'utf8')).toBe('short\n');
  });
});

describe('the key of a service that runs alone', () => {
  const keyIn = (env: NodeJS.ProcessEnv) => requireApiKey(readConfig(env), 'ingest');

  it('is API_KEY, or else the key that a server stored in DATA_DIR', async () => {
    const API_KEY = 'k'.repeat(16);
    expect(await keyIn({ API_KEY, DATA_DIR: directory })).toBe(API_KEY);
    expect(await keyIn({ DATA_DIR: directory, API_KEY: '' }).catch(String)).toContain(directory);
    const stored = await ensureApiKey(directory);
    expect(await keyIn({ DATA_DIR: directory })).toBe(stored);
  });

  it('is never made, and never read from the working directory', async () => {
    await expect(keyIn({ DATA_DIR: directory })).rejects.toThrow(/^API_KEY is needed to run ingest alone/);
    expect(await readdir(directory)).toEqual([]);
    const before = process.cwd();
    await ensureApiKey(join(directory, '.data'));
    process.chdir(directory);
    try {
      await expect(keyIn({})).rejects.toThrow(ConfigError);
    } finally {
      process.chdir(before);
    }
  });
});
