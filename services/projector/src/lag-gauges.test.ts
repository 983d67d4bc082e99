import { Registry } from '@att/platform/metrics';
import { describe, expect, it } from 'vitest';
import type { Lag } from './generations/read-lag.js';
import { createLagGauges } from './lag-gauges.js';

const scrapeOf = (readLag: () => Promise<Lag[]>) => {
  const registry = new Registry();
  createLagGauges(registry, readLag);
  return async () => {
    const text = await registry.metrics();
    const value = (name: string) => Number(new RegExp(`${name}{projection="tasks"} (.*)`).exec(text)?.[1]);
    return { seconds: value('att_projection_lag_seconds'), events: value('att_projection_lag_events') };
  };
};
const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();

describe('the lag of a projection', () => {
  it('grows while the projection stands still, though nothing is applied', async () => {
    const since = ago(60);
    let events = 1;
    const scrape = scrapeOf(async () => [{ projection: 'tasks', events: events++, since }]);
    const [first, second] = [await scrape(), await scrape()];
    expect(first.seconds).toBeGreaterThanOrEqual(60);
    expect(second.seconds).toBeGreaterThanOrEqual(first.seconds);
    expect([first.events, second.events]).toEqual([1, 2]);
  });

  it('is 0 once everything is applied, however long ago', async () => {
    const scrape = scrapeOf(async () => [{ projection: 'tasks', events: 0, since: null }]);
    expect(await scrape()).toEqual({ seconds: 0, events: 0 });
  });

  it('stays what it was while the database fails or says nothing', async () => {
    const answers = [
      () => Promise.resolve<Lag[]>([{ projection: 'tasks', events: 7, since: null }]),
      () => Promise.reject(new Error('away')),
      () => new Promise<Lag[]>(() => {}),
    ];
    const scrape = scrapeOf(() => answers.shift()?.() ?? Promise.reject(new Error('asked too often')));
    for (let i = 0; i < 3; i++) expect((await scrape()).events).toBe(7);
  });
});
