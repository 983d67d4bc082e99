import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { root } from './paths.mjs';

/** Advice about a failure of the file system or the network, by the codes that Node and npm give it. */
const ADVICE = [
  [/\b(ENOSPC|EDQUOT)\b|no space left/i, () => `The disk of ${root} is full: make room, and start again.`],
  [/\bEROFS\b|read-only file system/i, () => readOnly()],
  [/\b(EACCES|EPERM)\b|permission denied/i, () => foreign(root)],
  [
    /\b(ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH)\b/,
    () =>
      'npm could not reach its registry: see to the network, or to the proxy that npm is to use, and start again.',
  ],
];

/** Advice in one line for a person; undefined for an unknown failure. */
export function adviceFor(text) {
  return ADVICE.find(([pattern]) => pattern.test(text))?.[1]();
}

/** Advice for the first of these paths that exists and cannot be written to. */
export function adviceForUnwritable(paths) {
  for (const path of paths.map((name) => join(root, name))) {
    if (!existsSync(path)) continue;
    try {
      accessSync(path, constants.W_OK | constants.X_OK);
    } catch (error) {
      return error.code === 'EROFS' ? readOnly() : foreign(path);
    }
  }
  return undefined;
}

function readOnly() {
  return `${root} is on a read-only file system: run \`npm run build\` where it can be written, and then start it here.`;
}

function foreign(path) {
  const me = nameOf(process.getuid?.());
  const owner = nameOf(statSync(path, { throwIfNoEntry: false })?.uid);
  return (
    `Something in ${path}, which belongs to ${owner}, cannot be written by ${me}: ` +
    `give the clone to who starts it (sudo chown -R ${me} '${root}'), or start it as its owner.`
  );
}

function nameOf(uid) {
  if (uid === 0) return 'root';
  try {
    const { username } = userInfo();
    if (uid === process.getuid?.()) return username;
  } catch {
    // userInfo fails for a user without an entry in the account database.
  }
  return `user ${uid}`;
}
