import type { BuildProgress, GenerationState } from '@att/contracts';
import { PROJECTION_VERSIONS, type ProjectionName } from '@att/platform/projections';
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
}

export async function readProgress(reader: Reader): Promise<ProgressReport> {
  const rows = await reader.query<Row>({
    name: 'read-progress',
    text: `
      SELECT h.epoch, h.position AS head, g.projection, g.id, g.version, g.state, g.stage, g.position, g.rate
      FROM log.head h
      LEFT JOIN projection.generations g ON g.state IN ('active', 'building', 'ready')`,
    values: [],
  });
  const generations = new Map<ProjectionName, { id: number; position: number }>();
  const otherVersion = new Set<ProjectionName>();
  const builds = new Map<ProjectionName, Build>();
  for (const { projection, id, version, state, stage, position, rate } of rows) {
    if (projection === null) continue;
    const isOurs = version === PROJECTION_VERSIONS[projection];
    if (state !== 'active') {
      if (isOurs) builds.set(projection, { stage, position, rate });
    } else if (isOurs) generations.set(projection, { id, position });
    else otherVersion.add(projection);
  }
  return { epoch: rows[0]?.epoch ?? '', head: rows[0]?.head ?? 0, generations, otherVersion, builds };
}
