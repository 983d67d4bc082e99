import type { Projection } from '../projection.js';
import { projects } from './projects/index.js';
import { stats } from './stats/index.js';
import { tasks } from './tasks/index.js';

export const PROJECTIONS: readonly Projection[] = [tasks, projects, stats];
