import { createMemorySharedState } from './memory.js';
import { describeSharedState } from './shared-state.contract.js';

describeSharedState('memory', async () => {
  let now = 0;
  const state = createMemorySharedState(() => now);
  return {
    state,
    other: state,
    async pass(milliseconds) {
      now += milliseconds;
    },
    close: () => state.close(),
  };
});
