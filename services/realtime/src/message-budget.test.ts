import { expect, it } from 'vitest';
import { MessageBudget } from './message-budget.js';

const taken = (budget: MessageBudget, times: number[]) => times.map((now) => budget.take(now));

it('lets a second’s worth of messages come at once, and no more', () => {
  const results = taken(new MessageBudget(3, 0), [0, 0, 0, 0]);
  expect(results).toEqual([true, true, true, false]);
});

it('lets so many a second come for ever', () => {
  const budget = new MessageBudget(50, 0);
  const results = taken(
    budget,
    Array.from({ length: 1_000 }, (_, index) => index * 20),
  );
  expect(results).not.toContain(false);
});

it('saves no more than a second’s worth up', () => {
  const budget = new MessageBudget(2, 0);
  expect(taken(budget, [60_000, 60_000, 60_000])).toEqual([true, true, false]);
});
