import { type BucketSize, isActive, type SeriesBucket } from '@att/contracts';
import { meanOf } from './count-tasks.js';
import type { Applied, Folded } from './fold-log.js';

export interface SeriesQuery {
  bucket: BucketSize;
  project?: string | undefined;
  agent?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

const MILLIS: Record<BucketSize, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Model of the series: what each applied event did, in the bucket of its recorded time. Buckets begin within the bounds, or hold `from`. */
export function seriesOf({ applied }: Folded, query: SeriesQuery): SeriesBucket[] {
  const startOf = (time: string) => {
    const millis = Date.parse(time);
    return new Date(millis - (millis % MILLIS[query.bucket])).toISOString();
  };
  const buckets = new Map<string, Applied[]>();
  for (const happening of applied) {
    const { event, after } = happening;
    if (query.project !== undefined && event.project !== query.project) continue;
    if (query.agent !== undefined && after.agent !== query.agent) continue;
    const bucket = startOf(event.recorded_at);
    if (query.from !== undefined && bucket < startOf(query.from)) continue;
    if (query.to !== undefined && bucket > query.to) continue;
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), happening]);
  }
  const inOrder = [...buckets].sort(([one], [other]) => (one < other ? -1 : 1));
  return inOrder.map(([bucket, happenings]) => bucketOf(bucket, happenings));
}

function bucketOf(bucket: string, happenings: readonly Applied[]): SeriesBucket {
  const of = (kind: string) => happenings.filter((happening) => kindOf(happening) === kind);
  return {
    bucket,
    started: of('started').length,
    progressed: of('progressed').length,
    completed: of('completed').length,
    failed: of('failed').length,
    average_duration: meanOf(
      of('completed').flatMap(({ after }) =>
        after.duration_seconds === null ? [] : [after.duration_seconds],
      ),
    ),
  };
}

/** Kind of step by its effect: a status may end its task, too, and one that cancels it counts as progress. */
function kindOf({ event, after }: Applied): string {
  if (event.type === 'task.started') return 'started';
  return !isActive(after) && after.status !== 'cancelled' ? after.status : 'progressed';
}
