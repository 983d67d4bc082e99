import { FileError } from '../transfer/errors.js';
import { escapeControls } from './controls.js';

/** Prints a result: with `--json` the server's own JSON, else the text for people. */
export function print<T>(value: T, { json }: { json?: true }, text: (value: T) => string): void {
  process.stdout.write(json === true ? `${escapeControls(JSON.stringify(value, null, 2))}\n` : text(value));
}

/**
 * Writes to standard output at the pace of its reader. Resolves also when the reader has gone.
 *
 * @throws FileError where it cannot be written, as on a full disk
 */
export function printText(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error && !isGone(error))
        reject(new FileError(`standard output cannot be written: ${error.message}`));
      else resolve();
    });
  });
}

/** Aborts when the reader of standard output goes: one such as `head` has had enough. Other errors are those of `printText`. */
export function stopWithReader(stopping: AbortController): void {
  process.stdout.on('error', (error) => {
    if (isGone(error)) stopping.abort();
  });
}

const isGone = (error: NodeJS.ErrnoException) => error.code === 'EPIPE';
