import type { Generation } from '@att/contracts';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from './outcome.js';

const COMPARISON = { with: 1, position: 9, equal: true, tables: [] };

function generation(fields: Partial<Generation> = {}): Generation {
  return {
    id: 7,
    projection: 'tasks',
    version: 3,
    state: 'building',
    position: 0,
    rate: null,
    eta_seconds: null,
    started_at: '2026-01-31T12:00:00.000Z',
    finished_at: null,
    hold: false,
    dry_run: false,
    comparison: null,
    error: null,
    ...fields,
  };
}

describe('a rebuild', () => {
  it.each<[string, Partial<Generation>, string, RegExp | undefined]>([
    ['is under way', { state: 'building' }, 'under way', undefined],
    ['is under way until it is switched to', { state: 'ready' }, 'under way', undefined],
    ['ends well when it serves', { state: 'active' }, 'succeeded', /generation 7 serves now/],
    ['ended well when it served before', { state: 'retired' }, 'succeeded', /another one does/],
    ['fails with its error', { state: 'failed', error: 'disk full' }, 'failed', /failed: disk full/],
    ['fails when somebody cancels it', { state: 'cancelled' }, 'failed', /was cancelled/],
    [
      'fails as well when it was compared before',
      { state: 'cancelled', comparison: COMPARISON },
      'failed',
      /cancelled/,
    ],
  ])('%s', (_, now, kind, sentence) => {
    expect(outcomeOf(generation(), generation(now))).toMatchObject({
      kind,
      ...(sentence === undefined ? {} : { sentence: expect.stringMatching(sentence) }),
    });
  });

  it('fails when it is gone', () => {
    expect(outcomeOf(generation(), undefined).kind).toBe('failed');
  });

  it('that is to wait ends well as ready, and goes on when it is switched to', () => {
    const asked = generation({ hold: true });
    expect(outcomeOf(asked, generation({ state: 'ready', hold: true }))).toMatchObject({
      kind: 'succeeded',
      sentence: expect.stringContaining('att projections switch tasks'),
    });
    expect(outcomeOf(asked, generation({ state: 'ready', hold: false })).kind).toBe('under way');
  });

  it('that is a dry run ends well once it was compared, or is gone', () => {
    const asked = generation({ dry_run: true });
    expect(outcomeOf(asked, generation({ dry_run: true, state: 'ready' })).kind).toBe('under way');
    expect(outcomeOf(asked, generation({ state: 'cancelled', comparison: COMPARISON })).kind).toBe(
      'succeeded',
    );
    expect(outcomeOf(asked, generation({ state: 'cancelled' })).kind).toBe('failed');
    expect(outcomeOf(asked, undefined).kind).toBe('succeeded');
  });
});
