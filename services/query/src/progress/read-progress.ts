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
}

interface Row {
  epoch: string;
  head: number;
  projection: ProjectionName | null;
  id: number;
  version: number;
  position: number;
}

export async function readProgress(reader: Reader): Promise<ProgressReport> {
  const rows = await reader.query<Row>({
    name: 'read-progress',
    text: `
      SELECT h.epoch, h.position AS head, g.projection, g.id, g.version, g.position
      FROM log.head h
      LEFT JOIN projection.generations g ON g.state = 'active'`,
    values: [],
  });
  const generations = new Map<ProjectionName, { id: number; position: number }>();
  const otherVersion = new Set<ProjectionName>();
  for (const { projection, id, version, position } of rows) {
    if (projection === null) continue;
    if (version === PROJECTION_VERSIONS[projection]) generations.set(projection, { id, position });
    else otherVersion.add(projection);
  }
  return { epoch: rows[0]?.epoch ?? '', head: rows[0]?.head ?? 0, generations, otherVersion };
}
