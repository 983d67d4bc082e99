/** Steps that took effect after they happened. They are kept apart, as sums up to a position hold what had taken effect by then. */
import type { Step } from '@att/platform/projections';
import type { Transition } from '../../fold/task-outcome.js';
import { bigint, copyColumns, numeric, text, time } from '../../rows/column.js';
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

const COLUMNS = copyColumns<'series_late', LateStep>({
  valid_from: bigint((row) => row.valid_from),
  position: bigint((row) => row.position),
  recorded_at: time((row) => row.recorded_at),
  project: text((row) => row.project),
  agent: text((row) => row.agent),
  kind: text((row) => row.kind),
  duration_micros: numeric((row) => row.durationMicros),
});

export function copyLateSteps(table: string, transitions: readonly Transition[]): Write {
  return copyRows(table, COLUMNS, transitions.map(lateStepOf));
}

function lateStepOf({ event, at, after }: Transition): LateStep {
  const { position, recorded_at, project } = event;
  const kind = stepOf(event, after);
  const durationMicros = kind === 'completed' ? microsOfTask(after) : null;
  return { valid_from: at, position, recorded_at, project, agent: after.agent, kind, durationMicros };
}
