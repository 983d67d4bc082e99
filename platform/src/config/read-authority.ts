import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error.js';

/**
 * Certificate of the authority that signed a server's.
 *
 * @param variable that names the PEM file
 * @throws ConfigError where the file cannot be read
 */
export function readAuthority(variable: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`${variable} ${file} cannot be read (${code}): it is to be a PEM file`);
  }
}
