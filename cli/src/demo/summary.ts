import { duration } from '../print/duration.js';
import { formatNumber } from '../print/table.js';
import type { Tally } from './play.js';

/** Summary of a demo in a sentence. @param seconds that it took */
export function summary({ sent, refused, latencies }: Tally, seconds: number): string {
  const rate = seconds > 0 ? sent / seconds : 0;
  const [median, slow] = [latencies.quantile(0.5), latencies.quantile(0.99)];
  const answered =
    median === null || slow === null ? '' : `; answered in ${ms(median)} (p50), ${ms(slow)} (p99)`;
  return `Sent ${formatNumber(sent)} reports in ${duration(seconds)} (${formatNumber(rate)}/s), ${formatNumber(refused)} refused${answered}.`;
}

const ms = (milliseconds: number) => `${formatNumber(milliseconds)} ms`;
