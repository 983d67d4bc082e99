import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { welcome } from './welcome.js';

it('the cURL of the welcome hands any key on as it is', async () => {
  const apiKey = `it's "$HOME" \\ \`key\` ключ`;
  const text = welcome({ url: 'http://localhost:8000', apiKey, database: 'embedded' });
  const curl = /( {2}curl [\s\S]*?)\n\n/.exec(text)?.[1];
  const script = `curl() { printf '%s\\n' "$@"; }\n${curl}`;
  const { stdout } = await promisify(execFile)('sh', ['-c', script]);
  expect(stdout.split('\n')).toContain(`X-API-Key: ${apiKey}`);
});
