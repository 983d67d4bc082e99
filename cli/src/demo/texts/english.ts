import type { Texts } from './texts.js';

export const ENGLISH: Texts = {
  tasks: [
    {
      title: 'Fix the flaky checkout test',
      results: [
        'The test waited for a toast that was gone already. It now waits for the order. 200 runs green.',
      ],
    },
    {
      title: 'Move session storage to signed cookies',
      results: [
        'Sessions live in cookies of 1.1 KiB. The table is read for {n} more days, and then dropped.',
      ],
    },
    {
      title: 'Add pagination to the orders endpoint',
      results: ['GET /orders takes limit and cursor. p95 went from {n}00 ms to 41 ms on the staging data.'],
    },
    {
      title: 'Upgrade to Node 24 and fix what breaks',
      results: ['Upgraded. {n} deprecated calls replaced, all suites green.'],
    },
    {
      title: 'Find out why the nightly import takes six hours',
      results: [
        'An index was missing on invoices.customer_id. With it the import takes 22 minutes.',
        'Each row was committed by itself. In batches of 1,000 the import takes 35 minutes.',
      ],
    },
    {
      title: 'Write API documentation for the billing service',
      results: ['{n}4 endpoints described, with examples that run in CI.'],
    },
    {
      title: 'Review pull request 1482: retry policy for payments',
      results: ['Two findings: retries lack jitter, and a 409 is retried. Otherwise good to merge.'],
    },
    {
      title: 'Reproduce the memory leak of the image resizer',
      results: [
        'Reproduced with {n}00 uploads: listeners of aborted requests are never removed. Fix and test attached.',
      ],
    },
    {
      title: 'Translate the onboarding emails',
      results: ['{n} templates translated into German, French and Spanish.'],
    },
    {
      title: 'Summarise last week’s support tickets by cause',
      results: ['{n}7 tickets: 41% about invoices, 22% about sign-in, 9% about exports. Report attached.'],
    },
    {
      title: 'Raise test coverage of the pricing module',
      results: ['From 61% to 9{n}%. One bug found on the way: discounts above 100% gave negative totals.'],
    },
    {
      title: 'Split the user service out of the monolith: a plan',
      results: ['Plan with {n} steps, each of which can be rolled back by itself.'],
    },
  ],
  progress: [
    'Reading the code',
    'Reading the issue and {n} linked discussions',
    'Wrote down a plan of {n} steps',
    'Found {n} places that have to change',
    'Editing files',
    'Wrote a test that fails without the change',
    'Running the test suite',
    '{n} tests fail: looking into the first',
    'Fixed what the tests found',
    'Running the linter and the type checker',
    'Checking the change against the issue once more',
    'Writing the summary',
  ],
  waiting: [
    'Waiting for approval to run a migration on staging',
    'Waiting for a reviewer',
    'Waiting for a free test machine',
    'The rate limit of the model is reached: waiting',
    'A question to the owner: should old clients keep working?',
  ],
  goingOn: ['Approved: going on', 'Answered: going on', 'The queue moved: going on'],
  cancelled: ['Cancelled by the owner: no longer needed', 'Cancelled: another agent has done it'],
  silentBefore: 'Back again: the machine had gone to sleep',
};
