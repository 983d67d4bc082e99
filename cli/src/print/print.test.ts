import { afterEach, expect, it, vi } from 'vitest';
import { FileError } from '../transfer/errors.js';
import { printText } from './print.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** @param code of the error that each write ends with */
function failWith(code: string): void {
  const write = (_: unknown, written: unknown) => {
    (written as (error: Error) => void)(Object.assign(new Error(`${code}: write`), { code }));
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(write as typeof process.stdout.write);
}

it('fails where standard output cannot be written, and not where its reader has gone', async () => {
  failWith('ENOSPC');
  await expect(printText('text')).rejects.toEqual(
    new FileError('standard output cannot be written: ENOSPC: write'),
  );
  failWith('EPIPE');
  await expect(printText('text')).resolves.toBeUndefined();
});
