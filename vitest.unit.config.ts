/** Tests that need neither a database nor a browser, and take seconds: `npm run test:unit`, and `npm run test:watch` again at each save. */
import { defineConfig } from 'vitest/config';
import { unitTests } from './tests/setup/unit-tests.js';
import { fromSources } from './vitest.sources.js';

/** Random searches and hostile input take most of the time, and belong to `npm test`. */
const exclude = [
  '**/node_modules/**',
  '**/*.property.test.ts',
  '**/*.model.test.ts',
  '**/hostile-*.test.ts',
  '**/*.distributed.test.ts',
];

export default defineConfig({
  test: {
    maxWorkers: 3,
    projects: [
      { extends: 'ui/vitest.config.ts', root: 'ui', test: { exclude } },
      {
        ...fromSources,
        test: { name: 'unit', include: unitTests(), exclude, isolate: false, testTimeout: 120_000 },
      },
    ],
  },
});
