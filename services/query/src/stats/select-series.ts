import type { BucketSize, SeriesBucket } from '@att/contracts';
import { EVENT_CHUNKS, generationTable, STEP_CODES } from '@att/platform/projections';
import type { Select } from '../read-model/read-model.js';
import {
  AT_POSITION,
  type Joined,
  SNAPSHOT_COLUMNS,
  type SnapshotRow,
  snapshotOf,
} from '../read-model/snapshot.js';
import { meanSeconds } from './mean-seconds.js';

export interface SeriesFilter {
  size: BucketSize;
  project: string | undefined;
  agent: string | undefined;
  /** Bounds of the recorded time, both included: buckets that begin between them, and the bucket that `from` is in. */
  from: string | undefined;
  to: string | undefined;
}

/** Most buckets of one answer. */
export const MAX_BUCKETS = 10_000;

type Row = SnapshotRow & Joined<SeriesBucket>;

/** Counts of each bucket. @returns one more than `MAX_BUCKETS` where there are more */
export function selectSeries({ size, project, agent, from, to }: SeriesFilter): Select<SeriesBucket[]> {
  return async (reader, generation, at) => {
    const series = generationTable('series', generation);
    const rows = await reader.query<Row>({
      name: `select-series-${at === null ? 'now' : 'at'}-${series}`,
      text: `
        SELECT ${SNAPSHOT_COLUMNS}, b.*
        FROM (${AT_POSITION}) g
        LEFT JOIN LATERAL (
          SELECT bucket, sum(started)::bigint AS started, sum(progressed)::bigint AS progressed,
                 sum(completed)::bigint AS completed, sum(failed)::bigint AS failed,
                 ${meanSeconds('sum(duration_micros)', 'sum(durations)')} AS average_duration
          FROM (
            ${at === null ? wholeBuckets(series) : bucketsAt(series, generation)}
            UNION ALL
            ${lateEvents(generation)}
          ) parts
          WHERE ($6::timestamptz IS NULL OR bucket >= date_trunc($3, $6::timestamptz, 'UTC'))
            AND ($7::timestamptz IS NULL OR bucket <= $7)
          GROUP BY bucket
          ORDER BY bucket
          LIMIT ${MAX_BUCKETS + 1}
        ) b ON true
        ORDER BY b.bucket`,
      values: [generation, at, size, project ?? null, agent ?? null, from ?? null, to ?? null],
    });
    const first = rows[0];
    if (first === undefined) return undefined;
    const found = rows.filter((row) => row.bucket !== null) as unknown as (SeriesBucket & SnapshotRow)[];
    return snapshotOf(
      first,
      found.map(({ as_of, log_epoch, ...bucket }) => bucket),
    );
  };
}

const IN_SCOPE = '($4::text IS NULL OR project = $4) AND ($5::text IS NULL OR agent = $5)';
const SUMS = 'started, progressed, completed, failed, durations, duration_micros';

function wholeBuckets(series: string): string {
  return `SELECT bucket, ${SUMS} FROM ${series} WHERE bucket_size = $3 AND ${IN_SCOPE}`;
}

const ONE = `(kind = 'started')::int, (kind = 'progressed')::int, (kind = 'completed')::int, (kind = 'failed')::int,
                   (duration_micros IS NOT NULL)::int, coalesce(duration_micros, 0)`;

/** SQL of events that took effect late, each in the bucket of its recorded time. */
function lateEvents(generation: number): string {
  return `
            SELECT date_trunc($3, recorded_at, 'UTC'), ${ONE} FROM ${generationTable('series_late', generation)}
            WHERE valid_from <= g.at AND ${IN_SCOPE}`;
}

/**
 * SQL of the buckets as they were at $2. Recorded times never go backwards, so every bucket before the position's own had ended.
 * The position's bucket is the sum of its hours and minutes that had ended, and of the events of the last minute.
 */
function bucketsAt(series: string, generation: number): string {
  const part = (bucket: string, condition: string) =>
    `SELECT ${bucket} AS bucket, ${SUMS} FROM ${series}, m WHERE ${condition} AND ${IN_SCOPE}`;
  return `
            WITH m AS (
              SELECT date_trunc($3, recorded_at, 'UTC') AS bucket, date_trunc('hour', recorded_at, 'UTC') AS hour,
                     date_trunc('minute', recorded_at, 'UTC') AS minute
              FROM log.events WHERE position = $2
            )
            ${part(`${series}.bucket`, `bucket_size = $3 AND ${series}.bucket < m.bucket`)}
            UNION ALL
            ${part('m.bucket', `$3 = 'day' AND bucket_size = 'hour' AND ${series}.bucket >= m.bucket AND ${series}.bucket < m.hour`)}
            UNION ALL
            ${part('m.bucket', `$3 <> 'minute' AND bucket_size = 'minute' AND ${series}.bucket >= m.hour AND ${series}.bucket < m.minute`)}
            UNION ALL
            SELECT m.bucket, ${ONE}
            FROM m
            CROSS JOIN LATERAL (
              SELECT e.project, coalesce(a.agent, e.agent) AS agent, ${KIND} AS kind, d.duration_micros
              FROM log.events e
              JOIN ${generationTable('series_steps', generation)} s ON s.chunk = ${EVENT_CHUNKS.sqlOf('e.position')}
              LEFT JOIN ${generationTable('series_durations', generation)} d ON d.position = e.position
              LEFT JOIN ${generationTable('series_agents', generation)} a ON a.position = e.position
              WHERE e.position <= $2 AND e.position >= (
                SELECT min(first_position) FROM ${series} WHERE bucket_size = 'minute' AND ${series}.bucket = m.minute
              )
            ) steps
            WHERE kind IS NOT NULL AND ${IN_SCOPE}`;
}

/** SQL of what the event `e` did, from the step codes of its chunk. */
const KIND = `CASE substr(s.codes, (e.position - ${EVENT_CHUNKS.sqlFirstOf('s.chunk')} + 1)::int, 1)
                ${Object.entries(STEP_CODES)
                  .map(([step, code]) => `WHEN '${code}' THEN '${step}'`)
                  .join(' ')} END`;
