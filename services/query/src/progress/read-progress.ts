import type { BuildProgress, GenerationState } from '@att/contracts';
import { IS_OF_OTHER_LOG, PROJECTION_VERSIONS, type ProjectionName } from '@att/platform/projections';
import type { Reader } from '../database/reader.js';

/** Positions of the log and of the active generations, in one database snapshot. */
export interface ProgressReport {
  /** Epoch of the log. */
  epoch: string;
  /** Position of the last event of the log. */
  head: number;
  /** Active generations that can be read; projections that were never built are missing, and those of `otherVersion`. */
  generations: ReadonlyMap<ProjectionName, { id: number; position: number }>;
  /** Projections whose active generation another release built. Its tables cannot be read; this release builds its own. */
  otherVersion: ReadonlySet<ProjectionName>;
  /** Projections whose active generation was made from another log than the database has. They are rebuilt. */
  otherLog: ReadonlySet<ProjectionName>;
  /** Builds of this release's versions that are under way. */
  builds: ReadonlyMap<ProjectionName, Build>;
}

export type Build = Pick<BuildProgress, 'stage' | 'position' | 'rate'>;

interface Row {
  epoch: string;
  head: number;
  projection: ProjectionName | null;
  id: number;
  version: number;
  state: GenerationState;
  stage: string;
  position: number;
  rate: number | null;
  is_of_other_log: boolean;
}

export async function readProgress(reader: Reader): Promise<ProgressReport> {
  const rows = await reader.query<Row>({
    name: 'read-progress',
    text: `
      SELECT h.epoch, h.position AS head, g.projection, g.id, g.version, g.state, g.stage, g.position, g.rate,
             ${IS_OF_OTHER_LOG} AS is_of_other_log
      FROM log.head h
      LEFT JOIN projection.generations g ON g.state IN ('active', 'building', 'ready')`,
    values: [],
  });
  const generations = new Map<ProjectionName, { id: number; position: number }>();
  const otherVersion = new Set<ProjectionName>();
  const builds = new Map<ProjectionName, Build>();
  const otherLog = new Set<ProjectionName>();
  for (const { projection, id, version, state, stage, position, rate, is_of_other_log } of rows) {
    if (projection === null) continue;
    const isOurs = version === PROJECTION_VERSIONS[projection];
    if (state !== 'active') {
      if (isOurs) builds.set(projection, { stage, position, rate });
    } else if (!isOurs) otherVersion.add(projection);
    else if (is_of_other_log) otherLog.add(projection);
    else generations.set(projection, { id, position });
  }
  // A build without an active generation means that the active one was of another log: a first generation is active at once.
  for (const name of builds.keys()) {
    if (!generations.has(name) && !otherVersion.has(name)) otherLog.add(name);
  }
  const { epoch = '', head = 0 } = rows[0] ?? {};
  return { epoch, head, generations, otherVersion, otherLog, builds };
}
