/**
 * SQL of the mean of durations, in seconds. It divides as doubles do, so that it equals what others compute from the
 * same sum; a sum that a double cannot hold is divided as a numeric.
 *
 * @param micros SQL of their sum, in whole microseconds
 * @param count SQL of their number; the mean of none is NULL
 */
export function meanSeconds(micros: string, count: string): string {
  return `CASE WHEN ${micros} < 1e300 THEN ${micros}::float8 / (nullif(${count}, 0) * 1000000)::float8
                      ELSE (${micros} / nullif(${count}, 0) / 1000000)::float8 END`;
}
