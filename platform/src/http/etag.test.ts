import { describe, expect, it } from 'vitest';
import { etagOf, isKnown } from './etag.js';

const parts = { epoch: 'e', generation: 3, position: 7 };

describe('an entity tag', () => {
  it('is weak and short', () => {
    expect(etagOf(parts, '/api/tasks')).toMatch(/^W\/"[\w-]{22}"$/);
  });

  it('is the same for the same question, however it is written', () => {
    const tag = etagOf(parts, '/api/tasks?limit=5&q=a%20b');
    expect(etagOf(parts, '/api/tasks?q=a+b&limit=5')).toBe(tag);
    expect(etagOf(parts, '/api/tasks?q=a+b&api_key=secret&limit=5')).toBe(tag);
  });

  it.each([
    ['path', parts, '/api/projects?limit=5'],
    ['query', parts, '/api/tasks?limit=6'],
    ['position', { ...parts, position: 8 }, '/api/tasks?limit=5'],
    ['generation', { ...parts, generation: 4 }, '/api/tasks?limit=5'],
    ['epoch', { ...parts, epoch: 'f' }, '/api/tasks?limit=5'],
    ['a value that looks like two', parts, '/api/tasks?limit=5%26x=1'],
  ])('differs by %s', (_, other, target) => {
    expect(etagOf(other, target)).not.toBe(etagOf(parts, '/api/tasks?limit=5'));
  });

  it.each([
    ['W/"a"', true],
    ['"a"', true],
    ['"b", W/"a"', true],
    ['"b",W/"c"', false],
    ['*', true],
    [' * ', true],
    ['a', false],
    ['', false],
    [undefined, false],
  ])('W/"a" is known to who says %s: %s', (header, known) => {
    expect(isKnown('W/"a"', header)).toBe(known);
  });
});
