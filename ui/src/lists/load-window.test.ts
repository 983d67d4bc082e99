import { expect, it } from 'vitest';
import { loadWindow, type PageQuery } from './load-window';

/** List that has one more row at its front at each read without a position. */
function growingList(length: number) {
  let head = length;
  const asked: PageQuery[] = [];
  return {
    asked,
    async fetchPage(page: PageQuery) {
      asked.push(page);
      head += 1;
      const position = page.as_of ?? head;
      const newestFirst = Array.from({ length: position }, (_, index) => position - index);
      return { body: newestFirst.slice(page.offset, page.offset + page.limit), position, total: position };
    },
  };
}

it('takes all pages as of the first, so that none repeats a row or misses one', async () => {
  const list = growingList(500);
  const { data, position } = await loadWindow(450, 400, list.fetchPage, (rows) => rows);
  expect(position).toBe(501);
  expect(data.total).toBe(501);
  expect(data.rows).toEqual(Array.from({ length: 450 }, (_, index) => 501 - index));
  expect(
    list.asked.map(({ offset, limit, min_position, as_of }) => [offset, limit, min_position, as_of]),
  ).toEqual([
    [0, 200, 400, undefined],
    [200, 200, undefined, 501],
    [400, 50, undefined, 501],
  ]);
});

it('ends where the list ends', async () => {
  const list = growingList(2);
  const { data } = await loadWindow(450, undefined, list.fetchPage, (rows) => rows);
  expect(data).toEqual({ rows: [3, 2, 1], total: 3 });
  expect(list.asked).toHaveLength(1);
});
