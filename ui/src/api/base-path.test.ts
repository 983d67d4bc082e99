import { expect, it } from 'vitest';
import { basePathOf } from './base-path';

it.each([
  [undefined, ''],
  [null, ''],
  ['/', ''],
  ['/tracker/', '/tracker'],
  ['/tools/tracker', '/tools/tracker'],
  ['https://host:8443/tracker/', '/tracker'],
  ['/%D0%B0/', '/%D0%B0'],
])('the base element %s stands for the path "%s"', (href, path) => {
  expect(basePathOf(href)).toBe(path);
});
