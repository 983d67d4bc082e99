/** Histogram of latencies: quantiles of any number of them, in a fixed amount of memory. */

export interface Latencies {
  add(milliseconds: number): void;
  /** Quantile, at most a twentieth too high; null where there are no latencies. @param share from 0 to 1 */
  quantile(share: number): number | null;
}

/** Each bucket reaches a twentieth further than the one before, from a tenth of a millisecond to over an hour. */
const GROWTH = 1.05;
const SMALLEST = 0.1;
const BUCKETS = 360;

export function createLatencies(): Latencies {
  const counts = new Uint32Array(BUCKETS);
  let total = 0;
  return {
    add(milliseconds) {
      const bucket = Math.ceil(Math.log(milliseconds / SMALLEST) / Math.log(GROWTH));
      const at = Math.min(BUCKETS - 1, Math.max(0, bucket));
      counts[at] = (counts[at] as number) + 1;
      total += 1;
    },
    quantile(share) {
      let left = Math.max(1, Math.ceil(share * total));
      const at = counts.findIndex((count) => {
        left -= count;
        return left <= 0;
      });
      return at < 0 ? null : SMALLEST * GROWTH ** at;
    },
  };
}
