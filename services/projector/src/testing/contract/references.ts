/** References of the projections: what their tables must say. A projection without one does not compile. */
import type { LogEvent } from '@att/platform/event-log';
import type { ProjectionName } from '@att/platform/projections';
import type { Pool } from 'pg';
import { type PlainModels, plainFold } from './plain-fold.js';
import { agentsOf, readAgents, readProjects, readStats, statsOf } from './read-counts.js';
import { indexOf, readIndex } from './read-index.js';
import { readTasks, tasksOf } from './read-tasks.js';

/** Log up to a position, and what a plain fold makes of those of its events that have taken effect. */
export interface History {
  log: readonly LogEvent[];
  models: PlainModels;
}

export interface Reference {
  /** Reads what the tables say of a position. */
  read(pool: Pool, generation: number, position: number): Promise<unknown>;
  /** Tells what they must say. */
  expected(history: History): unknown;
}

export const REFERENCES: Readonly<Record<ProjectionName, Reference>> = {
  tasks: { read: readTasks, expected: ({ models }) => tasksOf(models.tasks) },
  projects: { read: readProjects, expected: ({ models }) => models.projects },
  agents: { read: readAgents, expected: ({ models }) => agentsOf(models) },
  stats: { read: readStats, expected: ({ models }) => statsOf(models) },
  events: { read: readIndex, expected: ({ log }) => indexOf(log) },
};

/** History of a log whose events all take effect where they are. */
export function historyOf(log: readonly LogEvent[], position: number): History {
  const until = log.slice(0, position);
  return { log: until, models: plainFold(until.map((event) => ({ event, at: event.position }))) };
}
