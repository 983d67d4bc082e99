import { expect, it } from 'vitest';
import { changesOf } from '../testing/changes';
import { makeRecent } from './make-recent';

const at = (...positions: number[]) => changesOf(positions.map((position) => [position, 'status']));
const positions = (changes: ReturnType<ReturnType<typeof makeRecent>['after']>) =>
  changes?.map((change) => change.position);

it('has nothing before it begins', () => {
  expect(makeRecent().after(0)).toBeUndefined();
});

it('has every change after a position at or above its floor', () => {
  const recent = makeRecent();
  recent.begin(10);
  recent.add(at(11, 14));
  expect(positions(recent.after(10))).toEqual([11, 14]);
  expect(positions(recent.after(12))).toEqual([14]);
  expect(positions(recent.after(99))).toEqual([]);
  expect(recent.after(9)).toBeUndefined();
  expect(recent.head()).toBe(14);
});

it('raises its floor as old changes go', () => {
  const recent = makeRecent(2);
  recent.begin(10);
  recent.add(at(11, 12, 15));
  expect(recent.floor()).toBe(11);
  expect(positions(recent.after(11))).toEqual([12, 15]);
});
