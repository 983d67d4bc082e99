import { defineConfig } from 'vitest/config';

/** The tests are of pure functions and of thin shells with fakes: no DOM, and no JSX to compile. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    name: 'ui',
    environment: 'node',
    include: ['src/**/*.test.ts'],
    isolate: false,
    // A test that takes a second takes ten on a busy machine.
    testTimeout: 120_000,
  },
});
