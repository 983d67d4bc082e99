/** Workspaces are tested from their sources; only processes that tests start run what was built. */
const conditions = ['source', 'module', 'node'];

export const fromSources = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['source', 'node'] } },
};
