import { describe, expect, it } from 'vitest';
import { buildPath, UnaddressableName } from './build-path.js';

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

  it.each(['.', '..'])('cannot hold the name "%s"', (name) => {
    expect(() => buildPath('/api/projects/{name}', { name })).toThrow(UnaddressableName);
  });

  it('leave out what the query does not have', () => {
    expect(buildPath('/api/tasks', {}, { limit: 5, status: undefined, agent: 'a&b' })).toBe(
      '/api/tasks?limit=5&agent=a%26b',
    );
  });
});
