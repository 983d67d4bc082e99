import { escapeControls } from './controls.js';

/** Prints a result: with `--json` the server's own JSON, else the text for people. */
export function print<T>(value: T, { json }: { json?: true }, text: (value: T) => string): void {
  process.stdout.write(json === true ? `${escapeControls(JSON.stringify(value, null, 2))}\n` : text(value));
}

/** Writes to standard output at the pace of its reader. Resolves also when the reader has gone. */
export function printText(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}
