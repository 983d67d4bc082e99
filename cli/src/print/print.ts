import { escapeControls } from './controls.js';

/** What a command says: to scripts the server's own JSON, to people what `words` makes of it. */
export function print<T>(value: T, { json }: { json?: true }, words: (value: T) => string): void {
  process.stdout.write(json === true ? `${escapeControls(JSON.stringify(value, null, 2))}\n` : words(value));
}

/** Writes to standard output at the pace of its reader. Resolves also when the reader has gone. */
export function printText(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}
