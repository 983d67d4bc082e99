/** Fails when what is written down in two places says two things. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ROUTES } from '@att/contracts';
import { CONFIG_VARIABLES } from '@att/platform/config';

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const drifts = [];
const expect = (holds, message) => holds || drifts.push(message);

const addresses = read('package-lock.json').match(/"resolved": "https?:[^"]*"/g) ?? [];
expect(addresses.length === 0, `package-lock.json carries download addresses, such as ${addresses[0]}`);

const example = read('.env.example');
const readme = read('README.md');
for (const variable of CONFIG_VARIABLES) {
  expect(new RegExp(`^#?${variable}=`, 'm').test(example), `.env.example does not name ${variable}`);
  expect(readme.includes(`\`${variable}\``), `README.md does not name ${variable}`);
}

const paths = Object.values(ROUTES).map((route) => `${route.method} ${route.path}`);
expect(new Set(paths).size === paths.length, 'the route table has a path twice');

const changed = execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' }).trim();
if (process.env.CI !== undefined) expect(changed === '', `building and testing changed files:\n${changed}`);

for (const drift of drifts) console.error(`drift: ${drift}`);
if (drifts.length > 0) process.exit(1);
console.log('No drift.');
