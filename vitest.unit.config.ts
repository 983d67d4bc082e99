/** Tests that need neither a database nor a browser: `npm run test:unit`, and `npm run test:watch` again at each save. */
import { defineConfig } from 'vitest/config';
import { unitTests } from './tests/setup/unit-tests.js';
import { fromSources } from './vitest.sources.js';

export default defineConfig({
  test: {
    projects: [
      'ui/vitest.config.ts',
      { ...fromSources, test: { name: 'unit', include: unitTests(), isolate: false, testTimeout: 30_000 } },
    ],
  },
});
