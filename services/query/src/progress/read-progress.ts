import type { BuildProgress, GenerationState } from '@att/contracts';
import { IS_OF_OTHER_LOG, PROJECTION_VERSIONS, type ProjectionName } from '@att/platform/projections';
import type { Reader } from '../database/reader.js';

/** How far the log and the active generations are, at one moment. */
export interface ProgressReport {
  /** Tells one log from another. */
  epoch: string;
  /** Position of the last event of the log. */
  head: number;
  /** Projections that were never built are missing, and those of `otherVersion`. */
  generations: ReadonlyMap<ProjectionName, { id: number; position: number }>;
  /** Those that another release built, and this one has still to: it cannot read the tables of the other. */
  otherVersion: ReadonlySet<ProjectionName>;
  /** Projections that were made from another log than the database has, and are built anew, or will be. */
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
  // A first generation serves at once: where there is a build alone, what served was given up.
  for (const name of builds.keys()) {
    if (!generations.has(name) && !otherVersion.has(name)) otherLog.add(name);
  }
  const { epoch = '', head = 0 } = rows[0] ?? {};
  return { epoch, head, generations, otherVersion, otherLog, builds };
}
