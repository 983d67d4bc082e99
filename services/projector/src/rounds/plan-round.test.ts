import { describe, expect, it } from 'vitest';
import type { RegisteredGeneration } from '../generations/generation.js';
import { versionKey } from '../generations/read-register.js';
import { PROJECTIONS } from '../projections/index.js';
import { planRound } from './plan-round.js';

const VERSIONS = new Map(PROJECTIONS.map(({ name, version }) => [name, version]));

let nextId = 1;
const generation = (fields: Partial<RegisteredGeneration>): RegisteredGeneration => ({
  id: nextId++,
  projection: 'tasks',
  version: VERSIONS.get(fields.projection ?? 'tasks') as number,
  state: 'active',
  stage: 'following',
  onReady: 'switch',
  build: null,
  position: 0,
  hash: '00'.repeat(32),
  hasOldHash: false,
  isOfOtherLog: false,
  hasTables: true,
  dropRequested: false,
  ...fields,
});

const plan = (generations: RegisteredGeneration[], ...paused: string[]) =>
  planRound({ generations, paused: new Set(paused), failed: new Set() }, PROJECTIONS);
const namesOf = (targets: readonly { projection: { name: string } }[]) =>
  targets.map(({ projection }) => projection.name);

describe('a round of the projector', () => {
  it('follows the log with what serves, in the order of the projections', () => {
    const actives = PROJECTIONS.map(({ name }) => generation({ projection: name }));
    const { following, builds, finishing, drops, unwritten } = plan(actives.reverse());
    expect(namesOf(following)).toEqual(PROJECTIONS.map(({ name }) => name));
    expect([builds, finishing, drops, unwritten]).toEqual([[], [], [], undefined]);
  });

  it('leaves alone what an operator has stopped, builds included', () => {
    const generations = [
      generation({ projection: 'tasks' }),
      generation({ projection: 'stats' }),
      generation({ projection: 'stats', state: 'building', stage: 'filling' }),
    ];
    const { following, builds } = plan(generations, 'stats');
    expect(namesOf(following)).toEqual(['tasks']);
    expect(builds).toEqual([]);
  });

  it('builds together what was asked for together, as long as it is level', () => {
    const building = { state: 'building', stage: 'filling' } as const;
    const { builds } = plan([
      generation({ projection: 'tasks', ...building, build: 7, position: 100 }),
      generation({ projection: 'stats', ...building, build: 7, position: 100 }),
      generation({ projection: 'agents', ...building, build: 7, position: 50 }),
      generation({ projection: 'projects', ...building, build: 8, position: 100 }),
      generation({ projection: 'events', ...building, build: null, position: 100 }),
    ]);
    expect(builds.map(namesOf)).toEqual([['tasks', 'stats'], ['projects'], ['agents'], ['events']]);
  });

  it('ends a build that follows the log, and one that waited for its switch', () => {
    const active = generation({ projection: 'tasks' });
    const done = generation({ projection: 'tasks', state: 'building' });
    expect(plan([active, done]).finishing).toMatchObject([
      { build: { generation: done }, active: { generation: active } },
    ]);
    const held = { ...done, state: 'ready', onReady: 'hold' } as const;
    expect(plan([active, held])).toMatchObject({ finishing: [], following: [{}, {}] });
    expect(plan([active, { ...held, onReady: 'switch' }]).finishing).toHaveLength(1);
  });

  it('has nothing to compare a build with where the active one is of another version', () => {
    const { finishing, following, unwritten } = plan([
      generation({ projection: 'tasks', version: 1 }),
      generation({ projection: 'tasks', state: 'building' }),
    ]);
    expect(finishing).toMatchObject([{ active: undefined }]);
    expect(following).toHaveLength(1);
    expect(unwritten).toBeUndefined();
  });

  it('says which projection is not written, as a newer release made it', () => {
    const { following, unwritten } = plan([generation({ id: 3, projection: 'stats', version: 99 })]);
    expect(following).toEqual([]);
    expect(unwritten).toBe(
      `stats is not written: its active generation 3 is of version 99, this release writes version ${VERSIONS.get('stats')}`,
    );
  });

  it('says which projection is not written, as this release could not build it', () => {
    const ours = VERSIONS.get('stats') as number;
    const generations = [
      generation({ id: 3, projection: 'stats', version: ours - 1 }),
      generation({ projection: 'stats', state: 'failed', dropRequested: true }),
    ];
    const failed = new Set([versionKey('stats', ours)]);
    const { unwritten } = planRound({ generations, paused: new Set(), failed }, PROJECTIONS);
    expect(unwritten).toContain('generation 3 is of version');
    expect(unwritten).toContain('a build of that failed');
  });

  it('drops what is asked to be dropped, and writes to it no more', () => {
    const gone = generation({ state: 'retired', dropRequested: true });
    expect(plan([gone])).toMatchObject({ drops: [gone], following: [], builds: [] });
  });
});
