/** Projections that this release writes and reads, each with its version. */

/** Another version is another generation. It is raised with every change of the tables or of the fold, which `fingerprints.test.ts` of the projector sees to. */
export const PROJECTION_VERSIONS = { tasks: 13, projects: 8, agents: 7, stats: 9, events: 4 } as const;
export type ProjectionName = keyof typeof PROJECTION_VERSIONS;
export const PROJECTION_NAMES = Object.keys(PROJECTION_VERSIONS) as readonly ProjectionName[];
