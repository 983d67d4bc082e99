import type { LogEvent } from '@att/platform/event-log';
import { chunkOf, sqlFirstOf } from '@att/platform/projections';
import type { Loader } from '../../rows/loader.js';

export type IndexedEvent = Pick<LogEvent, 'position' | 'project' | 'task_id' | 'agent' | 'type'>;

/** The events of the log that share the chunk of a position and come before it. */
export async function loadChunkStart(loader: Loader, position: number): Promise<IndexedEvent[]> {
  const { rows } = await loader.query<IndexedEvent>({
    name: 'load-chunk-start',
    text: `
      SELECT position, project, task_id, agent, type FROM log.events
      WHERE position >= ${sqlFirstOf('$1::bigint')} AND position < $2`,
    values: [chunkOf(position), position],
  });
  return rows;
}
