import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPath, nameOfSegment, segment } from './build-path.js';
import { ROUTES } from './index.js';

describe('paths', () => {
  it.each<[string, string]>([
    ['plain', '/api/projects/plain/tasks'],
    ['docs/site', '/api/projects/docs%2Fsite/tasks'],
    ['100 %?#&', '/api/projects/100%20%25%3F%23%26/tasks'],
    ['Каталог', '/api/projects/%D0%9A%D0%B0%D1%82%D0%B0%D0%BB%D0%BE%D0%B3/tasks'],
    ['..a', '/api/projects/..a/tasks'],
  ])('%s', (name, path) => {
    expect(buildPath('/api/projects/{name}/tasks', { name })).toBe(path);
  });

  it.each([
    ['.', '~.'],
    ['..', '~..'],
    ['~.', '~~.'],
    ['~~..', '~~~..'],
    ['~', '~'],
    ['...', '...'],
    ['~...', '~...'],
    ['~a', '~a'],
  ])('hold the name "%s" as %s', (name, expected) => {
    expect(segment(name)).toBe(expected);
  });

  it('keep every name through URLs and the route table', () => {
    const odd = fc.stringMatching(/^[~.%/?#\\ a]{1,6}$/);
    fc.assert(
      fc.property(fc.oneof(odd, fc.string({ unit: 'grapheme', minLength: 1 })), (name) => {
        const path = buildPath('/api/projects/{name}/tasks', { name });
        const { pathname } = new URL(path, 'http://host');
        expect(pathname.split('/')).toHaveLength(5);
        const decoded = decodeURIComponent(pathname.split('/')[3] ?? '');
        expect(nameOfSegment(decoded)).toBe(name);
        if (!name.includes('\0')) {
          expect(ROUTES.listProjectTasks.params.parse({ name: decoded })).toEqual({ name });
        }
      }),
    );
  });

  it('leave out what the query does not have', () => {
    expect(buildPath('/api/tasks', {}, { limit: 5, status: undefined, agent: 'a&b' })).toBe(
      '/api/tasks?limit=5&agent=a%26b',
    );
  });
});
