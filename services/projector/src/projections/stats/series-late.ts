/** Events that took effect after they happened: sums of which the part up to a position is asked for hold what happened up to it. */
import type { Step } from '@att/platform/projections';
import type { Transition } from '../../fold/task-outcome.js';
import { bigint, type Column, numeric, text, time } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Write } from '../../rows/write.js';
import { microsOfTask } from '../../task-outcomes/durations.js';
import { stepOf } from './step-of.js';

interface LateStep {
  valid_from: number;
  position: number;
  recorded_at: string;
  project: string;
  agent: string;
  kind: Step;
  durationMicros: bigint | null;
}

const COLUMNS: Column<LateStep>[] = [
  bigint('valid_from', (row) => row.valid_from),
  bigint('position', (row) => row.position),
  time('recorded_at', (row) => row.recorded_at),
  text('project', (row) => row.project),
  text('agent', (row) => row.agent),
  text('kind', (row) => row.kind),
  numeric('duration_micros', (row) => row.durationMicros),
];

export function writingLateSteps(table: string, transitions: readonly Transition[]): Write {
  return copyRows(table, COLUMNS, transitions.map(lateStepOf));
}

function lateStepOf({ event, at, after }: Transition): LateStep {
  const { position, recorded_at, project } = event;
  const kind = stepOf(event, after);
  const durationMicros = kind === 'completed' ? microsOfTask(after) : null;
  return { valid_from: at, position, recorded_at, project, agent: after.agent, kind, durationMicros };
}
