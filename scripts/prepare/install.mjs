import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { binariesPackage, checkDatabaseBinaries, databaseBinariesAbsent } from './database-binaries.mjs';
import { foldersAreIntact, isRecorded, recordFiles } from './file-manifest.mjs';
import { expandWorkspaces, root } from './paths.mjs';
import { runQuietly, StepFailed } from './run.mjs';
import { readIfPresent, readStamp, writeStamp } from './stamps.mjs';

const INPUT_FIELDS = ['workspaces', 'dependencies', 'devDependencies', 'optionalDependencies', 'overrides'];

/**
 * Whether node_modules holds what the lock file asks for. Without a stamp (somebody ran `npm install`
 * by hand) npm's own record of what it installed is compared, which takes a few milliseconds.
 * A database that somebody pruned away is installed again, unless an install has already left it out.
 */
export function installIsFresh() {
  const fingerprint = fingerprintInputs();
  if (databaseBinariesAbsent() && readStamp('without-database') !== fingerprint) return false;
  if (readStamp('install') === fingerprint && isRecorded('packages')) return foldersAreIntact('packages');
  if (!installedMatchesLockFile()) return false;
  noteInstalled(fingerprint);
  return true;
}

function noteInstalled(fingerprint) {
  // Folders with a dot are of programs that keep caches there.
  recordFiles(
    'packages',
    ['node_modules'],
    (name, folder) => folder === 'node_modules' && name.startsWith('.'),
  );
  writeStamp('install', fingerprint);
}

/** Runs `npm ci` with the npm that runs us, or the one on the PATH. */
export async function runInstall() {
  const fingerprint = fingerprintInputs();
  // NODE_ENV=production or omit=… in the user's own npm configuration would leave out the compiler
  // and the database.
  const args = ['ci', '--no-audit', '--no-fund', '--include=dev', '--include=optional', '--prefer-offline'];
  await install(args);
  if (databaseBinariesAbsent()) writeStamp('without-database', fingerprint);
  checkDatabaseBinaries();
  noteInstalled(fingerprint);
}

/** npm cannot remove a tree in which something is still written; once it is gone, it can begin anew. */
async function install(args) {
  const run = () => runQuietly('Installing dependencies (npm ci)', npmProgram(), args, { cwd: root });
  try {
    await run();
  } catch (error) {
    if (!(error instanceof StepFailed) || !/\b(ENOTEMPTY|EEXIST|EBUSY)\b/.test(error.message)) throw error;
    process.stderr.write('node_modules is half there: removing it, and installing once more.\n');
    rmSync(join(root, 'node_modules'), { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    await run();
  }
}

// Only what npm reads: a change of a script or a description must not cost an install.
function fingerprintInputs() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  const manifest = readJson('package.json');
  for (const folder of ['.', ...expandWorkspaces(manifest.workspaces)]) {
    const text = readIfPresent(join(root, folder, 'package.json'));
    if (text === undefined) continue;
    const content = JSON.parse(text);
    hash.update(JSON.stringify([folder, ...INPUT_FIELDS.map((field) => content[field] ?? null)]));
  }
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
}

function installedMatchesLockFile() {
  const text = readIfPresent(join(root, 'node_modules', '.package-lock.json'));
  if (text === undefined) return false;
  const installed = JSON.parse(text).packages;
  const wanted = readJson('package-lock.json').packages;
  const embedded = `node_modules/${binariesPackage}`;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    if (installed[path] === undefined) return entry.optional === true && path !== embedded;
    return installed[path].version === entry.version && isThere(path);
  });
}

const isThere = (path) => existsSync(join(root, path, 'package.json'));

function npmProgram() {
  const running = process.env.npm_execpath;
  if (running !== undefined && basename(running).startsWith('npm-cli')) return running;
  // npm lies beside the node that runs us in every distribution of it: ../lib on Unix, the same folder on Windows.
  const bin = join(process.execPath, '..');
  const candidates = [
    join(bin, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(bin, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(bin, '..', 'share', 'nodejs', 'npm', 'bin', 'npm-cli.js'),
  ];
  const found = candidates.find((path) => readIfPresent(path) !== undefined);
  if (found === undefined) throw new StepFailed('npm was not found: run this through `npm start`.');
  return found;
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}
