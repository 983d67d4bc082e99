/** Fails when what is written down in two places says two things. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { PATH_RULES, ROUTES } from '@att/contracts';
import { asyncApiDocument, openApiDocument } from '@att/platform/api-docs';
import { CONFIG_VARIABLES } from '@att/platform/config';

const root = new URL('..', import.meta.url);
const read = (path) => readFileSync(new URL(path, root), 'utf8');
const drifts = [];
const expect = (holds, message) => holds || drifts.push(message);

for (const lockFile of ['package-lock.json', 'tests/setup/chromium/package-lock.json']) {
  const addresses = read(lockFile).match(/"resolved": "https?:[^"]*"/g) ?? [];
  expect(addresses.length === 0, `${lockFile} carries download addresses, such as ${addresses[0]}`);

  const unproven = packagesWithoutIntegrity(lockFile);
  expect(
    unproven.length === 0,
    `${lockFile} has no sha512 integrity for ${unproven.join(', ')}: npm would install whatever it is given`,
  );
}

const example = read('.env.example');
const readme = read('README.md');
for (const variable of CONFIG_VARIABLES) {
  expect(new RegExp(`^#?${variable}=`, 'm').test(example), `.env.example does not name ${variable}`);
  expect(readme.includes(`\`${variable}\``), `README.md does not name ${variable}`);
}

for (const document of documents()) {
  for (const [, target] of read(document).matchAll(/\]\((?![a-z]+:|#)([^)\s#]+)/g)) {
    const there = existsSync(new URL(target, new URL(document, root)));
    expect(there, `${document} links to ${target}, which does not exist`);
  }
}

const paths = Object.values(ROUTES).map((route) => `${route.method} ${route.path}`);
expect(new Set(paths).size === paths.length, 'the route table has a path twice');

const rules = PATH_RULES.map(({ prefix, service, what }) => `| \`${prefix}\` | ${service} | ${what} |`).join(
  '\n',
);
expect(readme.includes(`\n${rules}\n`), `README.md does not have this routing table:\n${rules}`);

const { version } = JSON.parse(read('cli/package.json'));
for (const [name, document] of [
  ['openapi', openApiDocument(version)],
  ['asyncapi', asyncApiDocument(version)],
]) {
  expect(
    read(`docs/${name}.json`) === `${JSON.stringify(document, null, 2)}\n`,
    `docs/${name}.json is not what contracts say: run \`npm run docs\``,
  );
}

const changed = execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' }).trim();
if (process.env.CI !== undefined) expect(changed === '', `building and testing changed files:\n${changed}`);

for (const drift of drifts) console.error(`drift: ${drift}`);
if (drifts.length > 0) process.exit(1);
console.log('No drift.');

/** Paths of the lock file's packages, the clone's own workspaces aside, that no hash ties to their content. */
function packagesWithoutIntegrity(lockFile) {
  return Object.entries(JSON.parse(read(lockFile)).packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
    .filter(([, { integrity }]) => !/(^|\s)sha512-[\w+/]{86}==/.test(integrity ?? ''))
    .map(([path]) => path);
}

function documents() {
  const docs = readdirSync(new URL('docs', root), { recursive: true }).map((path) => `docs/${path}`);
  return ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...docs.filter((path) => path.endsWith('.md'))];
}
