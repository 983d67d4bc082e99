import { API_KEY } from '../api-key.js';
import { asHttp, type Report } from './requests.js';

/** Events of a batch. */
export const BATCH = 1_000;

export function inBatches(reports: readonly Report[], size = BATCH): Report[][] {
  return Array.from({ length: Math.floor(reports.length / size) }, (_, index) =>
    reports.slice(index * size, (index + 1) * size),
  );
}

/** Each batch as a whole HTTP request. */
export function batchRequests(reports: readonly Report[], size = BATCH): string[] {
  return inBatches(reports, size).map((batch) => {
    const items = batch.map(
      ({ path, body }) => `{"type":"${path.slice('/webhook/'.length)}",${body.slice(1)}`,
    );
    return asHttp({ path: '/webhook/batch', body: `[${items.join(',')}]` }, API_KEY);
  });
}
