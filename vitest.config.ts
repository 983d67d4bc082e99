import { defineConfig } from 'vitest/config';
import { InTurns } from './tests/setup/in-turns.js';
import { temporaryFolder } from './tests/setup/temporary-folder.js';
import { unitTests } from './tests/setup/unit-tests.js';
import { fromSources } from './vitest.sources.js';

// Handed on to every worker and every process that a test starts.
process.env.TMPDIR = temporaryFolder();

/** Milliseconds after which what does not come is a failure. A busy machine takes ten times as long as one at rest. */
const limits = {
  testTimeout: 300_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000, interval: 25 } },
};

const distributedTests = [
  '{contracts,platform,cli,services/*}/src/**/*.distributed.test.ts',
  'tests/**/*.distributed.test.ts',
  'tests/distributed/**/*.test.ts',
];

/** Hostile input is measured by the time that it takes: such a file has a process of its own. */
const unit = unitTests().filter((path) => !/hostile-|\.distributed\./.test(path));

export default defineConfig({
  test: {
    maxWorkers: 3,
    sequence: { sequencer: InTurns },
    projects: [
      'ui/vitest.config.ts',
      {
        // A process for many files: one of its own takes longer to start and to load than these take.
        ...fromSources,
        test: { name: 'unit', include: unit, isolate: false, ...limits },
      },
      {
        ...fromSources,
        test: {
          name: 'server',
          include: ['{contracts,platform,cli,services/*}/src/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'tests/browser/**', ...distributedTests, ...unit],
          globalSetup: ['tests/setup/global-setup.ts'],
          ...limits,
        },
      },
      {
        // Apart, so that only a run with tests of these needs Kafka and Redis.
        ...fromSources,
        test: {
          name: 'distributed',
          include: distributedTests,
          globalSetup: ['tests/setup/global-setup.ts', 'tests/setup/distributed-setup.ts'],
          ...limits,
        },
      },
      {
        // Apart, so that only a run with tests of these needs a browser.
        ...fromSources,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          globalSetup: ['tests/setup/browser-setup.ts'],
          ...limits,
        },
      },
    ],
  },
});
