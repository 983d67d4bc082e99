import { type HandlersOf, ProblemError } from '@att/platform/http';
import type { ReadModel } from '../read-model/read-model.js';
import { positionHeader } from '../read-model/snapshot.js';
import { MAX_BUCKETS, selectSeries } from './select-series.js';
import { selectStats } from './select-stats.js';

export function statsRoutes(models: ReadModel): HandlersOf<'stats'> {
  return {
    async getStats({ query: { min_position, as_of, project, agent }, signal }) {
      const { position, value, etag } = await models.read(
        { projection: 'stats', minPosition: min_position, asOf: as_of, signal },
        selectStats({ project, agent }),
      );
      return { headers: positionHeader(position), etag, body: value };
    },
    async getSeries({ query: { min_position, as_of, bucket, project, agent, from, to }, signal }) {
      const { position, value, etag } = await models.read(
        { projection: 'stats', minPosition: min_position, asOf: as_of, signal },
        selectSeries({ size: bucket, project, agent, from, to }),
      );
      if (value.length > MAX_BUCKETS) throw tooManyBuckets();
      return { headers: positionHeader(position), etag, body: value };
    },
  };
}

function tooManyBuckets(): ProblemError {
  const detail = `gives more than ${MAX_BUCKETS} buckets here: take larger ones, or narrow from and to`;
  return new ProblemError('invalid_parameter', `bucket ${detail}.`, {
    errors: [{ pointer: 'bucket', detail }],
  });
}
