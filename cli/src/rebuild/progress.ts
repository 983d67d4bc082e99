import { duration } from '../print/duration.js';
import { formatNumber } from '../print/table.js';

/** Progress of one build. */
export interface BuildProgress {
  projection: string;
  position: number;
  head: number;
  /** Events a second; null while unknown. */
  rate: number | null;
  eta_seconds: number | null;
}

/** View that shows progress. */
export interface ProgressView {
  show(builds: readonly BuildProgress[]): void;
  /** Shows a line for people. */
  note(text: string): void;
  stop(): void;
}

export function progressText({
  position,
  head,
  rate,
  eta_seconds,
}: Omit<BuildProgress, 'projection'>): string {
  const pace = rate === null ? '' : `, ${formatNumber(Math.round(rate))} events/s`;
  const left = eta_seconds === null ? '' : `, ${duration(eta_seconds)} left`;
  return `${formatNumber(position)} of ${formatNumber(head)}${pace}${left}`;
}
