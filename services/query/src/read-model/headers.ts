import type { Page, Snapshot } from './snapshot.js';

/** Headers of an answer: what it is true for, and how long the whole list is. */
export function positionHeader(position: number): Record<string, string> {
  return { 'X-Position': String(position) };
}

export function pageHeaders({ position, value }: Snapshot<Page<unknown>>): Record<string, string> {
  return { ...positionHeader(position), 'X-Total-Count': String(value.total) };
}
