/** What a command says: to scripts the server's own JSON, to people what `words` makes of it. */
export function print<T>(value: T, { json }: { json?: true }, words: (value: T) => string): void {
  process.stdout.write(json === true ? `${JSON.stringify(value, null, 2)}\n` : words(value));
}
