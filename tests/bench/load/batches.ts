import { API_KEY } from '../api-key.js';
import { asHttp, type Report } from './requests.js';

/** Events of a batch. */
export const BATCH = 1_000;

export function inBatches(reports: readonly Report[]): Report[][] {
  return Array.from({ length: Math.floor(reports.length / BATCH) }, (_, index) =>
    reports.slice(index * BATCH, (index + 1) * BATCH),
  );
}

/** Each batch as a whole HTTP request. */
export function batchRequests(reports: readonly Report[]): string[] {
  return inBatches(reports).map((batch) => {
    const items = batch.map(
      ({ path, body }) => `{"type":"${path.slice('/webhook/'.length)}",${body.slice(1)}`,
    );
    return asHttp({ path: '/webhook/batch', body: `[${items.join(',')}]` }, API_KEY);
  });
}
