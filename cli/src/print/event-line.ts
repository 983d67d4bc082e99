import type { LogEvent } from '@att/platform/event-log';
import { escapeControls } from './controls.js';

/**
 * Line of an event. The payload is as the sender wrote it, but for line ends between its parts and escaped controls.
 *
 * @param hasData false where the payload is elsewhere: the line then says where
 */
export function eventLine({ data_text, ...envelope }: LogEvent, hasData = true): string {
  const data = hasData
    ? `"data":${data_text?.replaceAll(/[\r\n]+/g, ' ') ?? 'null'}`
    : `"dataref":"/api/events/${envelope.position}"`;
  return escapeControls(`${JSON.stringify(envelope).slice(0, -1)},${data}}\n`);
}
