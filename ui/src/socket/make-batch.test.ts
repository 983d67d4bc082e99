import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MAX_ITEMS, makeBatch } from './make-batch';

const page = Object.assign(new EventTarget(), { hidden: false });
const paints = new Map<number, () => void>();
let last = 0;
beforeEach(() => {
  vi.useFakeTimers();
  paints.clear();
  page.hidden = false;
  vi.stubGlobal('window', globalThis);
  vi.stubGlobal('document', page);
  vi.stubGlobal('requestAnimationFrame', (paint: () => void) => {
    paints.set(++last, paint);
    return last;
  });
  vi.stubGlobal('cancelAnimationFrame', (id: number) => paints.delete(id));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function given() {
  const delivered: number[][] = [];
  const batch = makeBatch<number>((items) => delivered.push(items));
  return { delivered, batch };
}

function paint(): void {
  const due = [...paints.values()];
  paints.clear();
  for (const callback of due) callback();
}

it('hands over once a painted frame what came since the one before', () => {
  const { delivered, batch } = given();
  for (const item of [1, 2, 3]) batch.add(item);
  expect(delivered).toEqual([]);
  paint();
  batch.add(4);
  paint();
  paint();
  expect(delivered).toEqual([[1, 2, 3], [4]]);
});

it('hands over twice a second in a hidden tab, and at once when it is left or looked at', () => {
  const { delivered, batch } = given();
  batch.add(1);
  page.hidden = true;
  page.dispatchEvent(new Event('visibilitychange'));
  expect(delivered).toEqual([[1]]);
  batch.add(2);
  vi.advanceTimersByTime(500);
  expect(delivered).toEqual([[1], [2]]);
  batch.add(3);
  page.hidden = false;
  page.dispatchEvent(new Event('visibilitychange'));
  expect(delivered).toEqual([[1], [2], [3]]);
});

it('lets no more wait than it should, however late the next frame is painted', () => {
  const { delivered, batch } = given();
  for (let item = 0; item < 2 * MAX_ITEMS + 1; item += 1) batch.add(item);
  expect(delivered.map((items) => items.length)).toEqual([MAX_ITEMS, MAX_ITEMS]);
  paint();
  expect(delivered.flat()).toEqual(Array.from({ length: 2 * MAX_ITEMS + 1 }, (_, index) => index));
});

it('drops what waits when it is cleared or ended', () => {
  const { delivered, batch } = given();
  batch.add(1);
  batch.clear();
  batch.add(2);
  batch.dispose();
  paint();
  page.dispatchEvent(new Event('visibilitychange'));
  expect(delivered).toEqual([]);
});
