/** Batches are cut where an act on a dead letter takes effect. */
import {
  type DEAD_LETTER_EVENT_TYPES,
  type DeadLetterEventData,
  deadLetterEventDataSchema,
} from '@att/contracts';
import type { LogEvent } from '@att/platform/event-log';
import type { LogSlice } from '../batch/log-slice.js';

/** What an operator wants of a letter. */
export interface DeadLetterCommand {
  verb: 'retry' | 'skip';
  letter: DeadLetterEventData;
}

/** Without an act, or with the one event that records it. */
export interface BatchPart extends LogSlice {
  act?: DeadLetterCommand;
}

/** @param generations those that are followed: acts on letters of others are events like all */
export function splitAtCommands(batch: LogSlice, generations: ReadonlySet<number>): BatchPart[] {
  // Nearly every batch: to copy it event by event only to find that out was 2 % of a build's thread.
  if (!batch.events.some(({ type }) => isAct(type))) return [batch];
  const parts: BatchPart[] = [];
  let events: LogEvent[] = [];
  const cut = (act?: DeadLetterCommand) => {
    const position = events.at(-1)?.position;
    if (position === undefined) return;
    parts.push({
      events,
      position,
      isFull: true,
      source: batch.source,
      ...(act === undefined ? {} : { act }),
    });
    events = [];
  };
  for (const event of batch.events) {
    const act = actOf(event);
    if (act === undefined || !generations.has(act.letter.generation)) {
      events.push(event);
      continue;
    }
    cut();
    events.push(event);
    cut(act);
  }
  if (parts.length === 0) return [batch];
  cut();
  return parts;
}

const VERBS: Partial<Record<string, DeadLetterCommand['verb']>> = {
  'dead_letter.retried': 'retry',
  'dead_letter.skipped': 'skip',
} satisfies Record<(typeof DEAD_LETTER_EVENT_TYPES)[number], DeadLetterCommand['verb']>;

const isAct = (type: string) => type.startsWith('dead_letter.');

/** Undefined also for one that was erased: it names nothing any more. */
function actOf({ type, data_text }: LogEvent): DeadLetterCommand | undefined {
  if (!isAct(type) || data_text === null) return undefined;
  const verb = VERBS[type];
  const letter = deadLetterEventDataSchema.safeParse(JSON.parse(data_text));
  return verb === undefined || !letter.success ? undefined : { verb, letter: letter.data };
}
