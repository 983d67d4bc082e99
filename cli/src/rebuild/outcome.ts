/** What has become of a build that was asked for: pure. */
import type { Generation } from '@att/contracts';

export type Outcome = { kind: 'under way' } | { kind: 'well' | 'failed'; sentence: string };

/** @param now the same generation as the server tells of it; undefined when it does not any more */
export function outcomeOf(asked: Generation, now: Generation | undefined): Outcome {
  const what = `${asked.projection}: generation ${asked.id}`;
  const well = (sentence: string): Outcome => ({ kind: 'well', sentence: `${what} ${sentence}` });
  const failed = (sentence: string): Outcome => ({ kind: 'failed', sentence: `${what} ${sentence}` });
  const dropped = 'was built, compared and dropped';
  if (now === undefined) return asked.dry_run === true ? well(dropped) : failed('was dropped');
  switch (now.state) {
    case 'building':
      return { kind: 'under way' };
    case 'ready':
      return now.hold === true
        ? well(`is ready: att projections switch ${asked.projection} lets it serve`)
        : { kind: 'under way' };
    case 'active':
      return well('serves now');
    case 'retired':
      return well(asked.dry_run === true ? dropped : 'served, and another one does now');
    case 'failed':
      return failed(`failed: ${now.error ?? 'the server does not say why'}`);
    case 'cancelled':
      // A dry run ends as a cancelled build does, but with what it was made for.
      return asked.dry_run === true && isCompared(now) ? well(dropped) : failed('was cancelled');
  }
}

const isCompared = ({ comparison }: Generation) => comparison !== null && comparison !== undefined;
