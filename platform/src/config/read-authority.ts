import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error.js';

/**
 * Certificate of the authority that signed a server's.
 *
 * @param variable that names the PEM file
 * @throws ConfigError where the file cannot be read, or has no certificate: TLS itself would pass over that, and trust nobody
 */
export function readAuthority(variable: string, file: string): Buffer {
  const pem = readOrRefuse(variable, file);
  if (hasCertificate(pem)) return pem;
  throw new ConfigError(`${variable} ${file} holds no certificate: it is to be a PEM file`);
}

/** False for DER as well: TLS passes over it. */
function hasCertificate(pem: Buffer): boolean {
  try {
    return pem.includes('-----BEGIN ') && new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function readOrRefuse(variable: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`${variable} ${file} cannot be read (${code}): it is to be a PEM file`);
  }
}
