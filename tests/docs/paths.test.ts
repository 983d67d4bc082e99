/** Paths that documents name: each must be there, so that a rename takes its documents along. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENTS = ['CONTRIBUTING.md', 'ARCHITECTURE.md'];
const NOT_OURS = new Set(['node_modules', 'dist', '.git', '.cache', '.data', '.data-demo']);

/** Files that a recipe of CONTRIBUTING.md makes, and one that a data directory has. */
const ELSEWHERE = [
  'database.json',
  'services/query/src/agents/count-agents.ts',
  'platform/src/projections/read-models/failures.ts',
  'services/projector/src/projections/failures/tables.ts',
  'services/projector/src/projections/failures/index.ts',
];

const paths = walk(ROOT);

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !NOT_OURS.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      const inside = entry.isDirectory() ? walk(path) : [];
      return [relative(ROOT, path), ...inside];
    });
}

/** Texts in backticks that look like a file or a folder of the tree; code blocks are left out. */
function pathsIn(markdown: string): string[] {
  const prose = markdown.replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
  return [...prose.matchAll(/`([^`\s]+)`/g)]
    .map(([, text]) => (text as string).replace(/\/$/, ''))
    .filter((text) =>
      /^[\w.][\w.-]*(\/[\w.-]+)*\.(ts|tsx|mjs|md|json|sql)$|^[a-z][\w-]*(\/[\w-]+)+$/.test(text),
    );
}

/** True for a path from the root, and for the end of one: documents name `event-log/chain.ts`. */
const exists = (path: string) => paths.some((one) => one === path || one.endsWith(`/${path}`));

describe('paths in documents', () => {
  it.each(DOCUMENTS)('%s names what is there', (document) => {
    const named = pathsIn(readFileSync(join(ROOT, document), 'utf8'));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !exists(path) && !ELSEWHERE.includes(path))).toEqual([]);
  });

  it('are found in backticks alone', () => {
    const markdown =
      'See `event-log/chain.ts`, `tests/chaos` and `GET /api/tasks`.\n```ts\n`code/of.ts`\n```\n';
    expect(pathsIn(markdown)).toEqual(['event-log/chain.ts', 'tests/chaos']);
  });
});
