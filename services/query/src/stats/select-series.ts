import type { BucketSize, SeriesBucket } from '@att/contracts';
import { generationTable } from '@att/platform/projections';
import type { Select } from '../read-model/read-model.js';
import { type AsOf, AT_POSITION, type Joined } from '../read-model/snapshot.js';

export interface SeriesFilter {
  size: BucketSize;
  project: string | undefined;
  agent: string | undefined;
  /** Recorded times, both included: buckets that begin in between, and the one that `from` is in. */
  from: string | undefined;
  to: string | undefined;
}

/** Buckets of one answer. */
export const MAX_BUCKETS = 10_000;

type Row = AsOf & Joined<SeriesBucket>;

/**
 * What happened in each bucket. One that had ended at the position is read whole. Of the one that the position
 * is in, what happened after it is left out: it is put together from the events themselves.
 *
 * @returns one more than `MAX_BUCKETS` where there are more
 */
export function selectSeries({ size, project, agent, from, to }: SeriesFilter): Select<SeriesBucket[]> {
  return async (reader, generation, at) => {
    const series = generationTable('series', generation);
    const happenings = generationTable('series_events', generation);
    const rows = await reader.query<Row>({
      name: `select-series-${series}`,
      text: `
        SELECT g.at AS as_of, b.*
        FROM (${AT_POSITION}) g
        LEFT JOIN LATERAL (
          SELECT bucket, sum(started)::bigint AS started, sum(progressed)::bigint AS progressed,
                 sum(completed)::bigint AS completed, sum(failed)::bigint AS failed,
                 (sum(duration_micros) / nullif(sum(durations), 0) / 1000000)::float8 AS average_duration
          FROM (
            SELECT bucket, started, progressed, completed, failed, durations, duration_micros
            FROM ${series}
            WHERE bucket_size = $3 AND last_position <= g.at
              AND ($4::text IS NULL OR project = $4) AND ($5::text IS NULL OR agent = $5)
              AND ($6::timestamptz IS NULL OR bucket >= date_trunc($3, $6::timestamptz, 'UTC'))
              AND ($7::timestamptz IS NULL OR bucket <= $7)
            UNION ALL
            SELECT p.bucket, (e.kind = 'started')::int, (e.kind = 'progressed')::int,
                   (e.kind = 'completed')::int, (e.kind = 'failed')::int,
                   (e.duration_micros IS NOT NULL)::int, coalesce(e.duration_micros, 0)
            FROM ${series} p
            JOIN ${happenings} e ON e.position BETWEEN p.first_position AND g.at
              AND e.project = p.project AND e.agent = p.agent
            WHERE p.bucket_size = $3 AND p.first_position <= g.at AND p.last_position > g.at
              AND ($4::text IS NULL OR p.project = $4) AND ($5::text IS NULL OR p.agent = $5)
              AND ($6::timestamptz IS NULL OR p.bucket >= date_trunc($3, $6::timestamptz, 'UTC'))
              AND ($7::timestamptz IS NULL OR p.bucket <= $7)
          ) parts
          GROUP BY bucket
          ORDER BY bucket
          LIMIT ${MAX_BUCKETS + 1}
        ) b ON true
        ORDER BY b.bucket`,
      values: [generation, at, size, project ?? null, agent ?? null, from ?? null, to ?? null],
    });
    const first = rows[0];
    if (first === undefined) return undefined;
    const found = rows.filter((row) => row.bucket !== null) as unknown as (SeriesBucket & AsOf)[];
    return { position: first.as_of, value: found.map(({ as_of, ...bucket }) => bucket) };
  };
}
