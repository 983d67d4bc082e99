import { Registry } from '@att/platform/metrics';
import { describe, expect, it } from 'vitest';
import type { Lag } from '../generations/read-lag.js';
import { createLagGauges } from './lag-gauges.js';

const scrapeOf = (readLag: () => Promise<Lag[]>) => {
  const registry = new Registry();
  createLagGauges(registry, readLag);
  return async () => {
    const text = await registry.metrics();
    const value = (name: string) => Number(new RegExp(`${name}{projection="tasks"} (.*)`).exec(text)?.[1]);
    return {
      seconds: value('att_projection_lag_seconds'),
      events: value('att_projection_lag_events'),
      stalled: value('att_projection_stalled'),
    };
  };
};
const lag = (fields: Partial<Lag>): Lag => ({
  projection: 'tasks',
  events: 0,
  since: null,
  idle_seconds: null,
  is_paused: false,
  ...fields,
});
const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();

describe('the lag of a projection', () => {
  it('grows while the projection does not move, though nothing is applied', async () => {
    const since = ago(60);
    let events = 1;
    const scrape = scrapeOf(async () => [lag({ events: events++, since })]);
    const [first, second] = [await scrape(), await scrape()];
    expect(first.seconds).toBeGreaterThanOrEqual(60);
    expect(second.seconds).toBeGreaterThanOrEqual(first.seconds);
    expect([first.events, second.events]).toEqual([1, 2]);
  });

  it('is 0 once everything is applied, however long ago', async () => {
    const scrape = scrapeOf(async () => [lag({})]);
    expect(await scrape()).toEqual({ seconds: 0, events: 0, stalled: 0 });
  });

  it('counts as stalled once nothing of it was applied for some seconds, but not while it is paused', async () => {
    const behind = { events: 3, since: ago(60) };
    const stalled = async (fields: Partial<Lag>) =>
      (await scrapeOf(async () => [lag({ ...behind, ...fields })])()).stalled;
    expect(await stalled({ idle_seconds: 1 })).toBe(0);
    expect(await stalled({ idle_seconds: 20 })).toBe(1);
    expect(await stalled({ idle_seconds: 20, is_paused: true })).toBe(0);
  });

  it('stays what it was while the database fails or says nothing', async () => {
    const answers = [
      () => Promise.resolve<Lag[]>([lag({ events: 7 })]),
      () => Promise.reject(new Error('away')),
      () => new Promise<Lag[]>(() => {}),
    ];
    const scrape = scrapeOf(() => answers.shift()?.() ?? Promise.reject(new Error('asked too often')));
    for (let i = 0; i < 3; i++) expect((await scrape()).events).toBe(7);
  });
});
