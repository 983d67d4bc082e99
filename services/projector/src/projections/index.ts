import type { ProjectionName } from '@att/platform/projections';
import type { Projection } from '../fold/projection.js';
import { agents } from './agents/index.js';
import { events } from './events/index.js';
import { projects } from './projects/index.js';
import { stats } from './stats/index.js';
import { tasks } from './tasks/index.js';

/** Tasks first: what they work out, the others need not. */
const BY_NAME: Readonly<Record<ProjectionName, Projection>> = { tasks, projects, agents, stats, events };

export const PROJECTIONS: readonly Projection[] = Object.values(BY_NAME);
