/**
 * SQL of the mean of durations, in seconds. As a double divides, so that it is what anybody else computes from the
 * same sum; but not even the sum of two durations need fit into a double.
 *
 * @param micros SQL of their sum, in whole microseconds
 * @param count SQL of their number; the mean of none is NULL
 */
export function meanSeconds(micros: string, count: string): string {
  return `CASE WHEN ${micros} < 1e300 THEN ${micros}::float8 / (nullif(${count}, 0) * 1000000)::float8
                      ELSE (${micros} / nullif(${count}, 0) / 1000000)::float8 END`;
}
