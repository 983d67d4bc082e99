import type { ProjectionName } from '@att/platform/projections';
import type { Reader } from '../database/reader.js';

/** How far the log and the active generations are, at one moment. */
export interface ProgressReport {
  /** Tells one log from another. */
  epoch: string;
  /** Position of the last event of the log. */
  head: number;
  /** Projections that were never built are missing. */
  generations: ReadonlyMap<ProjectionName, { id: number; position: number }>;
}

interface Row {
  epoch: string;
  head: number;
  projection: ProjectionName | null;
  id: number;
  position: number;
}

export async function readProgress(reader: Reader): Promise<ProgressReport> {
  const rows = await reader.query<Row>({
    name: 'read-progress',
    text: `
      SELECT h.epoch, h.position AS head, g.projection, g.id, g.position
      FROM log.head h
      LEFT JOIN projection.generations g ON g.state = 'active'`,
    values: [],
  });
  const generations = new Map<ProjectionName, { id: number; position: number }>();
  for (const { projection, id, position } of rows) {
    if (projection !== null) generations.set(projection, { id, position });
  }
  return { epoch: rows[0]?.epoch ?? '', head: rows[0]?.head ?? 0, generations };
}
