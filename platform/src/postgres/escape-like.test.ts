import { expect, it } from 'vitest';
import { escapeLike } from './escape-like.js';

it('leaves no wildcard', () => {
  expect(escapeLike('50%_of\\it')).toBe('50\\%\\_of\\\\it');
});
