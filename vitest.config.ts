import { defineConfig } from 'vitest/config';

/** Workspaces are tested from their sources; only processes that tests start run what was built. */
const conditions = ['source', 'module', 'node'];

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      'ui/vitest.config.ts',
      {
        resolve: { conditions },
        ssr: { resolve: { conditions, externalConditions: ['source', 'node'] } },
        test: {
          name: 'server',
          include: ['{contracts,platform,cli,services/*}/src/**/*.test.ts', 'tests/**/*.test.ts'],
          globalSetup: ['tests/setup/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
