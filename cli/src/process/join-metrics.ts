/**
 * Joins metrics of several registries, as text, into one: what has the same name must stand together, under one head.
 * The series themselves differ in their labels.
 */
export function joinMetrics(texts: readonly string[]): string {
  const blocks = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of texts.join('\n').split('\n')) {
    const [, head, name] = /^# (HELP|TYPE) (\S+)/.exec(line) ?? [];
    if (name !== undefined) {
      current = blocks.get(name) ?? [];
      blocks.set(name, current);
      if (current.some((known) => known.startsWith(`# ${head} `))) continue;
    }
    if (line !== '') current.push(line);
  }
  return [...blocks.values()].map((lines) => `${lines.join('\n')}\n`).join('\n');
}
