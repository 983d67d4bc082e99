/** Outcome of a build that was requested. Pure. */
import type { Generation } from '@att/contracts';

export type Outcome = { kind: 'under way' } | { kind: 'succeeded' | 'failed'; sentence: string };

/** @param now the same generation as the server describes it now; undefined when it is gone */
export function outcomeOf(requested: Generation, now: Generation | undefined): Outcome {
  const what = `${requested.projection}: generation ${requested.id}`;
  const succeeded = (sentence: string): Outcome => ({ kind: 'succeeded', sentence: `${what} ${sentence}` });
  const failed = (sentence: string): Outcome => ({ kind: 'failed', sentence: `${what} ${sentence}` });
  const dropped = 'was built, compared and dropped';
  if (now === undefined) return requested.dry_run === true ? succeeded(dropped) : failed('was dropped');
  switch (now.state) {
    case 'building':
      return { kind: 'under way' };
    case 'ready':
      return now.hold === true
        ? succeeded(`is ready: att projections switch ${requested.projection} lets it serve`)
        : { kind: 'under way' };
    case 'active':
      return succeeded('serves now');
    case 'retired':
      return succeeded(requested.dry_run === true ? dropped : 'served, and another one does now');
    case 'failed':
      return failed(`failed: ${now.error ?? 'the server does not say why'}`);
    case 'cancelled':
      // A dry run ends in the state of a cancelled build, but has a comparison.
      return requested.dry_run === true && isCompared(now) ? succeeded(dropped) : failed('was cancelled');
  }
}

const isCompared = ({ comparison }: Generation) => comparison !== null && comparison !== undefined;
