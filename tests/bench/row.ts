/** Row of the table of results. */
export interface Row {
  what: string;
  /** The measured figures, for people. */
  figures: string;
  /** Figure that the row is judged by; a ratio is of two rates measured in turn, in one run. */
  value: string;
  target: string;
  reached: boolean;
}

export function atLeast(ratio: number, target: number): Pick<Row, 'value' | 'target' | 'reached'> {
  return { value: ratio.toFixed(2), target: `at least ${target}`, reached: ratio >= target };
}

export function atMost(
  value: number,
  target: number,
  unit: string,
): Pick<Row, 'value' | 'target' | 'reached'> {
  return {
    value: `${value.toFixed(1)} ${unit}`,
    target: `at most ${target} ${unit}`,
    reached: value <= target,
  };
}

export const perSecond = (rate: number): string => `${Math.round(rate).toLocaleString('en')}/s`;

export function asTable(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ what, figures, value, target, reached }) =>
      `| ${what} | ${figures} | ${value} | ${target} | ${reached ? 'yes' : 'NO'} |`,
  );
  return ['| what | figures | value | target | reached |', '|---|---|---|---|---|', ...lines].join('\n');
}
