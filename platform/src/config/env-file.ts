/** Reads `.env`, a file of settings in the working directory: then they need not be set in every shell. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from './config-error.js';

/** Line of a setting: a name, which the shell's `export` may precede, and its value. */
const ASSIGNMENT = /^\s*(?:export\s+)?[A-Za-z_]\w*\s*=\s*(.*)$/;

/**
 * Adds the file's variables to the environment, which wins where both have one, also with nothing. No file is no
 * mistake.
 *
 * @throws ConfigError that names the file, and the line that is wrong, never its text
 */
export function readEnvFile(path = resolve('.env'), env: NodeJS.ProcessEnv = process.env): void {
  const text = readIfThere(path);
  if (text === undefined) return;
  refuseBadLine(path, text);
  for (const [name, value] of Object.entries(parseEnv(text))) env[name] ??= value;
}

function readIfThere(path: string): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const why = code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw new ConfigError(`${path} ${why}: it is to hold lines such as PORT=8000, or not to be there`);
  }
  try {
    // The decoder also removes a byte order mark, which some editors put before the first name.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n');
  } catch {
    throw new ConfigError(`${path} is not UTF-8 text: save it in that encoding`);
  }
}

/** Node passes over what it does not understand, and takes it for the beginning of the next name. */
function refuseBadLine(path: string, text: string): void {
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    if (/^\s*(#|$)/.test(line)) continue;
    const value = ASSIGNMENT.exec(line)?.[1];
    if (value === undefined)
      throw new ConfigError(`${path}, line ${at + 1} is not NAME=value, nor a comment`);
    const quote = /^["'`]/.exec(value)?.[0];
    if (quote === undefined || value.indexOf(quote, 1) > 0) continue;
    const end = lines.findIndex((later, index) => index > at && later.includes(quote));
    if (end < 0) throw new ConfigError(`${path}, line ${at + 1} opens a quotation that nothing closes`);
    at = end;
  }
}
