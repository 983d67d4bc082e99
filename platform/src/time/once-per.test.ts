import { expect, it } from 'vitest';
import { oncePer } from './once-per.js';

it('lets each text pass once per interval, whatever others come between', () => {
  let time = 0;
  const isDue = oncePer(100, () => time);
  expect(['a', 'b', 'a', 'b', 'c'].map(isDue)).toEqual([true, true, false, false, true]);
  time = 99;
  expect(isDue('a')).toBe(false);
  time = 100;
  expect(['a', 'a'].map(isDue)).toEqual([true, false]);
});

it('remembers a bounded number of texts', () => {
  const isDue = oncePer(100, () => 0);
  for (let n = 0; n < 101; n++) isDue(`text ${n}`);
  expect(isDue('text 0')).toBe(true);
  expect(isDue('text 100')).toBe(false);
});
