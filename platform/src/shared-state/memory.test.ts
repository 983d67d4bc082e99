import { createMemorySharedState } from './memory.js';
import { describeSharedState } from './shared-state.contract.js';
import { CONNECTION_COUNTS_TTL_MS } from './shared-state.js';

describeSharedState('memory', async () => {
  let now = 0;
  const state = createMemorySharedState(() => now);
  return {
    state,
    other: state,
    countsTtl: CONNECTION_COUNTS_TTL_MS,
    window: 60_000,
    async pass(milliseconds) {
      now += milliseconds;
    },
    close: () => state.close(),
  };
});
