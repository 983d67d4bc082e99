import type { Generation, Projection } from '@att/contracts';
import { duration } from './duration.js';
import { type Column, table } from './table.js';

const PROJECTION: Column<Projection>[] = [
  { title: 'PROJECTION', value: ({ name }) => name },
  { title: 'STATE', value: ({ state }) => state },
  { title: 'VERSION', value: ({ version }) => version },
  { title: 'POSITION', value: ({ position }) => position },
  { title: 'HEAD', value: ({ head }) => head },
  { title: 'BEHIND', value: ({ lag_events }) => lag_events },
  { title: 'LAG', value: ({ lag_seconds }) => duration(lag_seconds) },
  { title: 'DEAD LETTERS', value: ({ dead_letters }) => dead_letters },
];

const GENERATION: Column<Generation>[] = [
  { title: 'GENERATION', value: ({ id }) => id },
  { title: 'PROJECTION', value: ({ projection }) => projection },
  { title: 'STATE', value: ({ state }) => state },
  { title: 'VERSION', value: ({ version }) => version },
  { title: 'POSITION', value: ({ position }) => position },
  { title: 'EVENTS/S', value: ({ rate }) => rate },
  { title: 'ETA', value: ({ eta_seconds }) => (eta_seconds === null ? null : duration(eta_seconds)) },
  { title: 'STARTED', value: ({ started_at }) => started_at },
  { title: 'NOTE', value: noteOf },
];

export function projectionTables(projections: readonly Projection[]): string {
  const generations = projections.flatMap((projection) => projection.generations);
  return `${table(PROJECTION, projections)}\n${table(GENERATION, generations)}`;
}

function noteOf({ state, hold, dry_run, comparison, error }: Generation): string {
  const notes = [
    state === 'building' && dry_run === true ? 'dry run' : '',
    (state === 'building' || state === 'ready') && hold === true ? 'waits for a switch' : '',
    comparison === null || comparison === undefined
      ? ''
      : `${comparison.equal ? 'equal to' : 'differs from'} generation ${comparison.with}`,
    error ?? '',
  ];
  return notes.filter((note) => note !== '').join('; ');
}
