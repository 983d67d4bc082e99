import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, readConfig } from '@att/platform/config';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptApiKey, sharedApiKey } from './api-key.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'att-test-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('the key of a data directory', () => {
  it('is made once, for its owner alone, and nothing else stays', async () => {
    const made = await keptApiKey(directory);
    expect(made).toMatch(/^att_[\w-]{32}$/);
    expect(await keptApiKey(directory)).toBe(made);
    expect(await readdir(directory)).toEqual(['api-key']);
    expect((await stat(join(directory, 'api-key'))).mode & 0o777).toBe(0o600);
  });

  it('is the same for all that start at once', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => keptApiKey(directory)));
    expect(new Set(keys).size).toBe(1);
    expect(await readFile(join(directory, 'api-key'), 'utf8')).toBe(`${keys[0]}\n`);
    expect(await readdir(directory)).toEqual(['api-key']);
  });

  it('is made anew after a process was killed while it wrote one', async () => {
    const left = 'api-key.6f0c7e0a-3f7e-4f3c-9a53-3a6a3a1d2b11.tmp';
    await writeFile(join(directory, left), '');
    expect(await keptApiKey(directory)).toMatch(/^att_/);
    expect(await readdir(directory)).toEqual(['api-key']);
  });

  it('is never overwritten, also where it is of no use', async () => {
    await writeFile(join(directory, 'api-key'), 'short\n');
    await expect(keptApiKey(directory)).rejects.toThrow(ConfigError);
    expect(await readFile(join(directory, 'api-key'), 'utf8')).toBe('short\n');
  });
});

describe('the key of a service that runs alone', () => {
  const keyIn = (env: NodeJS.ProcessEnv) => sharedApiKey(readConfig(env), 'ingest');

  it('is that of the environment, or the one that a server keeps in DATA_DIR', async () => {
    const API_KEY = 'k'.repeat(16);
    expect(await keyIn({ API_KEY, DATA_DIR: directory })).toBe(API_KEY);
    expect(await keyIn({ DATA_DIR: directory, API_KEY: '' }).catch(String)).toContain(directory);
    const kept = await keptApiKey(directory);
    expect(await keyIn({ DATA_DIR: directory })).toBe(kept);
  });

  it('is never made, and never that of the working directory', async () => {
    await expect(keyIn({ DATA_DIR: directory })).rejects.toThrow(/^API_KEY is needed to run ingest alone/);
    expect(await readdir(directory)).toEqual([]);
    const before = process.cwd();
    await keptApiKey(join(directory, '.data'));
    process.chdir(directory);
    try {
      await expect(keyIn({})).rejects.toThrow(ConfigError);
    } finally {
      process.chdir(before);
    }
  });
});
