import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, ConfigError } from '@att/platform/config';

const FILE = 'api-key';
const UNFINISHED = /^api-key\.[0-9a-f-]{36}\.tmp$/;
const KEY_BYTES = 24;

/** Reads the key in the data directory, and makes it (mode 0600) when there is none. */
export async function ensureApiKey(dataDirectory: string): Promise<string> {
  const path = join(dataDirectory, FILE);
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  return keyOf((await readIfThere(path)) ?? (await makeKey(dataDirectory, path)), path);
}

/** Key that a server keeps in its data directory; undefined where there is none. */
export async function findApiKey(dataDirectory: string): Promise<string | undefined> {
  const path = join(dataDirectory, FILE);
  const text = await readIfThere(path);
  return text === undefined ? undefined : keyOf(text, path);
}

/**
 * Key for a service that runs alone. No key is made here: services with different working directories would each make
 * a different one, and refuse requests that the others accept.
 *
 * @throws ConfigError that says what to set
 */
export async function requireApiKey(
  { apiKey, dataDirectory, dataDirectoryIsGiven }: Config,
  service: string,
): Promise<string> {
  if (apiKey !== undefined) return apiKey;
  const kept = dataDirectoryIsGiven ? await findApiKey(dataDirectory) : undefined;
  if (kept !== undefined) return kept;
  const looked = dataDirectoryIsGiven ? ` (${dataDirectory} holds none)` : '';
  throw new ConfigError(
    `API_KEY is needed to run ${service} alone, the same for every service; or DATA_DIR, for the key of a server that ran there${looked}`,
  );
}

function keyOf(text: string, path: string): string {
  const kept = text.trim();
  if (kept.length >= 16) return kept;
  throw new ConfigError(`${path} holds no key of 16 characters or more: delete it, or set API_KEY`);
}

/**
 * Makes a key file. A process may be killed at any time, and another may start beside it: the file gets its name only when it is
 * complete, and `link` fails where the name exists, so the first key stays and every process reads that one.
 */
async function makeKey(dataDirectory: string, path: string): Promise<string> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  await writeFlushed(temporary, `att_${randomBytes(KEY_BYTES).toString('base64url')}\n`);
  try {
    await link(temporary, path);
  } catch (error) {
    // ENOENT: another start, which found its key in place, has tidied up.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' && code !== 'ENOENT') throw error;
  }
  for (const name of await readdir(dataDirectory)) {
    if (UNFINISHED.test(name)) await rm(join(dataDirectory, name), { force: true });
  }
  await flush(dataDirectory);
  return readFile(path, 'utf8');
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

async function writeFlushed(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Syncs a directory, so that new names in it survive a power loss. */
async function flush(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
