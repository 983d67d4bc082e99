import { expect, it } from 'vitest';
import { OwnerWatch } from './owner-watch.js';

it('takes an owner for frozen once its beat was the same for five looks after the first', () => {
  const watch = new OwnerWatch();
  expect(['7', '7', '7', '7', '7'].map((beat) => watch.isFrozen(beat))).toEqual(Array(5).fill(false));
  expect(watch.isFrozen('7')).toBe(true);
});

it('begins anew with every beat, and with another owner', () => {
  const watch = new OwnerWatch();
  for (const beat of ['1', '1', '1', '1', '1', '2', '2', '2', '2', '2', '9']) {
    expect(watch.isFrozen(beat)).toBe(false);
  }
});

it('takes an owner that never beats for frozen as well', () => {
  const watch = new OwnerWatch();
  expect([null, null, null, null, null, null].map((beat) => watch.isFrozen(beat)).at(-1)).toBe(true);
});
