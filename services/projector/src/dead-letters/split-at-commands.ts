/** Splits batches where a command on a dead letter takes effect. */
import {
  type DEAD_LETTER_EVENT_TYPES,
  type DeadLetterEventData,
  deadLetterEventDataSchema,
} from '@att/contracts';
import type { LogEvent } from '@att/platform/event-log';
import type { LogSlice } from '../batch/log-slice.js';

/** An operator's command on a dead letter, as its event in the log says it. */
export interface DeadLetterCommand {
  verb: 'retry' | 'skip';
  named: DeadLetterEventData;
}

/** Events without a command, or the one event that records a command. */
export interface BatchPart extends LogSlice {
  command?: DeadLetterCommand;
}

/** @param generations ids of the generations that are written to; commands on dead letters of others are events like all */
export function splitAtCommands(batch: LogSlice, generations: ReadonlySet<number>): BatchPart[] {
  // Nearly every batch has no command: to copy it event by event only to find that out took 2 % of a build's thread.
  if (!batch.events.some(({ type }) => isCommand(type))) return [batch];
  const parts: BatchPart[] = [];
  let events: LogEvent[] = [];
  const cut = (command?: DeadLetterCommand) => {
    const position = events.at(-1)?.position;
    if (position === undefined) return;
    parts.push({
      events,
      position,
      isFull: true,
      source: batch.source,
      ...(command === undefined ? {} : { command }),
    });
    events = [];
  };
  for (const event of batch.events) {
    const command = commandOf(event);
    if (command === undefined || !generations.has(command.named.generation)) {
      events.push(event);
      continue;
    }
    cut();
    events.push(event);
    cut(command);
  }
  if (parts.length === 0) return [batch];
  cut();
  return parts;
}

const VERBS: Partial<Record<string, DeadLetterCommand['verb']>> = {
  'dead_letter.retried': 'retry',
  'dead_letter.skipped': 'skip',
} satisfies Record<(typeof DEAD_LETTER_EVENT_TYPES)[number], DeadLetterCommand['verb']>;

const isCommand = (type: string) => type.startsWith('dead_letter.');

/** Undefined also where the event was erased: it names nothing any more. */
function commandOf({ type, data_text }: LogEvent): DeadLetterCommand | undefined {
  if (!isCommand(type) || data_text === null) return undefined;
  const verb = VERBS[type];
  const named = deadLetterEventDataSchema.safeParse(JSON.parse(data_text));
  return verb === undefined || !named.success ? undefined : { verb, named: named.data };
}
