import { PROVEN_EVENT_COLUMNS } from '@att/platform/event-log';
import type { Reader } from '../database/reader.js';
import type { Joined } from '../read-model/snapshot.js';
import type { EventRow } from './event-row.js';

/** Event of the log, and the head of the same snapshot. */
export async function selectEvent(
  reader: Reader,
  position: number,
): Promise<{ head: number; epoch: string; event: EventRow | undefined }> {
  const [row] = await reader.query<{ head: number; epoch: string } & Joined<EventRow>>({
    name: 'select-event',
    text: `
      SELECT h.position AS head, h.epoch, e.*
      FROM log.head h
      LEFT JOIN (SELECT ${PROVEN_EVENT_COLUMNS} FROM log.events WHERE position = $1) e ON true`,
    values: [position],
  });
  const { head = 0, epoch = '' } = row ?? {};
  return { head, epoch, event: row === undefined || row.position === null ? undefined : row };
}
