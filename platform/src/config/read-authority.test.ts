import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ConfigError } from './config-error.js';
import { readAuthority } from './read-authority.js';

const [ONE = '', OTHER = ''] = rootCertificates;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'att-authority-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(content: string | Buffer): Promise<string> {
  const file = join(folder, 'ca.pem');
  await writeFile(file, content);
  return readAuthority('KAFKA_TLS_CA_FILE', file).toString();
}

it('takes one certificate or several, with words between', async () => {
  for (const pem of [ONE, `One\n${ONE}\nOther\n${OTHER}\n`]) expect(await read(pem)).toBe(pem);
});

it.each([
  ['no PEM', 'hello'],
  ['a damaged certificate', '-----BEGIN CERTIFICATE-----\nhello\n-----END CERTIFICATE-----\n'],
  ['DER', new X509Certificate(ONE).raw],
  ['nothing', ''],
])('refuses a file of %s by the name of its variable', async (_, content) => {
  const refused = read(content);
  await expect(refused).rejects.toThrow(ConfigError);
  await expect(refused).rejects.toThrow(
    /^KAFKA_TLS_CA_FILE \S+ holds no certificate: it is to be a PEM file$/,
  );
});
