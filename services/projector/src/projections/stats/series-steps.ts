/**
 * Steps: what each event did, so that the part of a bucket up to a position can be summed. The log says who did it and when, but for
 * a report that named no agent. What is left is a step code, and the codes of a chunk share a row: a row an event took 3 µs, and an
 * index entry.
 */
import { EVENT_CHUNKS, STEP_CODES } from '@att/platform/projections';
import type { Transition } from '../../fold/task-outcome.js';
import { bigint, copyColumns, numeric, tableColumns, text } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import { upsertRows } from '../../rows/upsert-rows.js';
import type { Write } from '../../rows/write.js';
import { microsOfTask } from '../../task-outcomes/durations.js';
import { stepOf } from './step-of.js';

interface Steps {
  chunk: number;
  /** Step codes from the chunk's first position on; blank where nothing is known of an event. */
  codes: string;
}

const STEPS_COLUMNS = tableColumns<'series_steps', Steps>({
  chunk: bigint((row) => row.chunk),
  codes: text((row) => row.codes),
});

/** Adds to a chunk that an earlier batch began, behind what it has. */
const GO_ON = `
  ON CONFLICT (chunk) DO UPDATE SET codes = t.codes || substr(excluded.codes, length(t.codes) + 1)`;

const BLANK = ' ';

/** @param transitions in the order of their positions */
export function addSteps(table: string, transitions: readonly Transition[]): Write {
  return upsertRows(`${table} AS t`, STEPS_COLUMNS, stepsOf(transitions), GO_ON);
}

function stepsOf(transitions: readonly Transition[]): Steps[] {
  // Arrays, as a text that grows was 5 % of this thread's time.
  const chunks: { chunk: number; codes: string[] }[] = [];
  let last: (typeof chunks)[number] | undefined;
  for (const { event, after } of transitions) {
    const chunk = EVENT_CHUNKS.of(event.position);
    if (last?.chunk !== chunk) {
      last = { chunk, codes: [] };
      chunks.push(last);
    }
    const { codes } = last;
    while (codes.length < event.position - EVENT_CHUNKS.firstOf(chunk)) codes.push(BLANK);
    codes.push(STEP_CODES[stepOf(event, after)]);
  }
  return chunks.map(({ chunk, codes }) => ({ chunk, codes: codes.join('') }));
}

interface Duration {
  position: number;
  micros: bigint;
}

const DURATION_COLUMNS = copyColumns<'series_durations', Duration>({
  position: bigint((row) => row.position),
  duration_micros: numeric((row) => row.micros),
});

export function copyDurations(table: string, transitions: readonly Transition[]): Write {
  return copyRows(table, DURATION_COLUMNS, durationsOf(transitions));
}

function durationsOf(transitions: readonly Transition[]): Duration[] {
  const durations: Duration[] = [];
  for (const { event, after } of transitions) {
    const micros = stepOf(event, after) === 'completed' ? microsOfTask(after) : null;
    if (micros !== null) durations.push({ position: event.position, micros });
  }
  return durations;
}

interface StepAgent {
  position: number;
  agent: string;
}

const AGENT_COLUMNS = copyColumns<'series_agents', StepAgent>({
  position: bigint((row) => row.position),
  agent: text((row) => row.agent),
});

/** Agents of the events where the log names none, or another than the one that the task was with. */
export function copyStepAgents(table: string, transitions: readonly Transition[]): Write {
  const agents: StepAgent[] = [];
  for (const { event, after } of transitions) {
    if (event.agent !== after.agent) agents.push({ position: event.position, agent: after.agent });
  }
  return copyRows(table, AGENT_COLUMNS, agents);
}
