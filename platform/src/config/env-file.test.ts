import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, readEnvFile } from './index.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'att-test-'));
  path = join(folder, '.env');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string | Buffer, env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  writeFileSync(path, text);
  readEnvFile(path, env);
  return env;
}

function refusal(): string {
  try {
    readEnvFile(path, {});
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('the file was taken');
}

describe('a .env file', () => {
  it('need not be there', () => {
    const env = {};
    readEnvFile(path, env);
    expect(env).toEqual({});
  });

  it('is read with comments, quotes, blanks, exports and lines that go on', () => {
    const text = `# a comment\nPORT = 8001 # why\n\nexport HOST='0.0.0.0'\nAPI_KEY="a # b=c"\nX="one\ntwo"\nEMPTY=\n`;
    expect(read(text)).toEqual({
      PORT: '8001',
      HOST: '0.0.0.0',
      API_KEY: 'a # b=c',
      X: 'one\ntwo',
      EMPTY: '',
    });
  });

  it.each([
    ['a byte order mark', '\uFEFFPORT=8001\n'],
    ['the line ends of Windows', 'PORT=8001\r\nHOST=::1\r\n'],
    ['no line end', 'PORT=8001'],
  ])('may have %s', (_, text) => {
    expect(read(text).PORT).toBe('8001');
  });

  it('gives way to the environment, also where that has nothing', () => {
    const env = { PORT: '9000', DATABASE_URL: '' };
    expect(read('PORT=8001\nDATABASE_URL=postgres://db/att\nHOST=::1\n', env)).toEqual({
      PORT: '9000',
      DATABASE_URL: '',
      HOST: '::1',
    });
  });

  it.each([
    ['no assignment', 'PORT=8001\nhunter2\n', 'line 2 is not NAME=value'],
    ['a name with a blank', 'MY PORT=hunter2\n', 'line 1 is not NAME=value'],
    ['YAML', 'PORT=1\n\nAPI_KEY: hunter2\n', 'line 3 is not NAME=value'],
    ['an open quotation', 'PORT=1\nAPI_KEY="hunter2\nHOST=::1\n', 'line 2 opens a quotation'],
  ])('with %s is refused by its line, whose text is not repeated', (_, text, says) => {
    writeFileSync(path, text);
    expect(refusal()).toContain(`${path}, ${says}`);
    expect(refusal()).not.toContain('hunter2');
  });

  it('that is a folder, is not text, or is closed to us is a sentence', () => {
    writeFileSync(path, Buffer.from('API_KEY=gr\xfcn', 'latin1'));
    expect(refusal()).toContain('is not UTF-8 text');
    if (process.getuid?.() !== 0) {
      chmodSync(path, 0);
      expect(refusal()).toContain('cannot be read (EACCES)');
    }
    rmSync(path);
    mkdirSync(path);
    expect(refusal()).toContain('is a folder');
  });
});
