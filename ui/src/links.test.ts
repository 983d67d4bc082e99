import { expect, it } from 'vitest';
import { nameFromPath, projectHref, taskHref } from './links';

it.each([
  'plain',
  'docs/site',
  '100%',
  'a b?c#d',
  'Каталог товаров',
  '%2F',
  'emoji 🎛',
  '.',
  '..',
  '~.',
  '~~..',
  '...',
  '\\',
  'x'.repeat(200),
  'שלום',
  '\u202Egnp.exe',
])('%s comes back from its address', (name) => {
  const href = projectHref(name) ?? '';
  const { pathname } = new URL(href, 'http://host');
  expect(pathname.split('/')).toHaveLength(3);
  expect(nameFromPath(pathname.split('/')[2])).toBe(name);
});

it('a task has an address below its project', () => {
  expect(taskHref({ project: 'a/b', task_id: 'x/1' })).toBe('/projects/a%2Fb/tasks/x%2F1');
});

it('an address with a stray sign is taken as it is', () => {
  expect(nameFromPath('100%')).toBe('100%');
});
