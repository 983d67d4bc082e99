import { expect, it } from 'vitest';
import { throttle } from './throttle.js';

it('lets the first call pass, and the next one that comes an interval later', () => {
  let time = 0;
  const seen: string[] = [];
  const call = throttle(
    100,
    (word: string) => seen.push(word),
    () => time,
  );
  call('first');
  time = 99;
  call('too soon');
  time = 100;
  call('later');
  expect(seen).toEqual(['first', 'later']);
});
