import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { welcome } from './welcome.js';

const server = { url: 'http://localhost:8000', database: 'embedded' };

/** The arguments that the printed cURL gives to curl, in a shell with this environment. */
async function argumentsOfCurl(text: string, env: Record<string, string> = {}): Promise<string[]> {
  const curl = /( {2}curl [\s\S]*?)\n\n/.exec(text)?.[1];
  const script = `curl() { printf '%s\\n' "$@"; }\n${curl}`;
  const { stdout } = await promisify(execFile)('sh', ['-c', script], { env: { ...process.env, ...env } });
  return stdout.split('\n');
}

it('the cURL of the welcome hands any key that was made on as it is', async () => {
  const storedKey = `it's "$HOME" \\ \`key\` ключ`;
  expect(await argumentsOfCurl(welcome({ ...server, storedKey }))).toContain(`X-API-Key: ${storedKey}`);
});

it('the cURL of the welcome takes a given key from the environment', async () => {
  const text = welcome({ ...server, storedKey: undefined });
  expect(text).toContain('API key   the one that API_KEY has\n');
  const API_KEY = `it's "$HOME" \\ \`key\` ключ`;
  expect(await argumentsOfCurl(text, { API_KEY })).toContain(`X-API-Key: ${API_KEY}`);
});
