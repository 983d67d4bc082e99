import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@att/platform/config';

const FILE = 'api-key';
const KEY_BYTES = 24;

/** The key in the data directory, made there (mode 0600) the first time. */
export async function keptApiKey(dataDirectory: string): Promise<string> {
  const path = join(dataDirectory, FILE);
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  try {
    const made = `att_${randomBytes(KEY_BYTES).toString('base64url')}`;
    await writeFile(path, `${made}\n`, { mode: 0o600, flag: 'wx' });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const kept = (await readFile(path, 'utf8')).trim();
  if (kept.length >= 16) return kept;
  throw new ConfigError(`${path} holds no key of 16 characters or more: delete it, or set API_KEY`);
}
