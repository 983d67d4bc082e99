import { PROJECTION_NAMES, type ProjectionName } from '@att/platform/projections';
import { describe, expect, it } from 'vitest';
import { lagOf } from './lag.js';
import type { ProgressReport } from './read-progress.js';

/** Report in which all projections are at the head, but for `others`; undefined: the projection is missing. */
function at(head: number, others: Partial<Record<ProjectionName, number | undefined>> = {}): ProgressReport {
  const positions = { ...Object.fromEntries(PROJECTION_NAMES.map((name) => [name, head])), ...others };
  const generations = PROJECTION_NAMES.flatMap((name, id) => {
    const position = positions[name];
    return position === undefined ? [] : [[name, { id, position }] as const];
  });
  return {
    epoch: 'epoch',
    head,
    generations: new Map(generations),
    otherVersion: new Set(),
    otherLog: new Set(),
    builds: new Map(),
  };
}

describe('the lag', () => {
  it('is that of the slowest read model', () => {
    expect(lagOf(at(9))).toBe('0 events behind');
    expect(lagOf(at(9, { projects: 8 }))).toBe('1 event behind');
    expect(lagOf(at(9, { tasks: 0, projects: 8 }))).toBe('9 events behind');
  });

  it('is none while a read model is missing', () => {
    expect(() => lagOf(at(9, { stats: undefined }))).toThrow('stats was not built yet');
    expect(() => lagOf(at(0, { events: undefined }))).toThrow('events was not built yet');
  });

  it('is none while a read model is of another release', () => {
    const otherVersion = new Set(['stats'] as const);
    expect(() => lagOf({ ...at(9, { stats: undefined }), otherVersion })).toThrow(
      'stats is of another release',
    );
  });

  it('says how far a read model is that is built anew', () => {
    const report = at(10, { tasks: undefined });
    const otherVersion = new Set(['tasks'] as const);
    expect(() => lagOf({ ...report, otherVersion })).toThrow(/tasks is of another release$/);
    const builds = new Map([['tasks' as const, { stage: 'filling', position: 4, rate: 2 }]]);
    expect(() => lagOf({ ...report, otherVersion, builds })).toThrow('it has 4 of 10 events');
  });
});
