/**
 * Viewers that come, go, read slowly, pause, seek, change speed and project, while the server is killed
 * and started again and the log is given new epochs: each sees every event once, in order, none missing.
 */
import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandSequences, VIEWERS } from './viewers/commands.js';
import { Viewer } from './viewers/viewer.js';
import { World } from './viewers/world.js';

let world: World;

beforeAll(async () => {
  world = await World.create();
});
afterAll(() => world.end());

it('shows every viewer every event once, in order, none missing', async () => {
  const seen = { frames: 0, resets: 0 };
  const viewing = fc.asyncProperty(commandSequences, async (commands) => {
    await world.append(200, 'red');
    if (!world.isUp) await world.startServer();
    const viewers = Array.from({ length: VIEWERS }, (_, index) => new Viewer(`viewer ${index}`, world));
    try {
      await fc.asyncModelRun(() => ({ model: { isUp: true }, real: { world, viewers } }), commands);
      if (!world.isUp) await world.startServer();
      await Promise.all(viewers.map((viewer) => viewer.catchUp()));
      expect(viewers.flatMap((viewer) => viewer.violations)).toEqual([]);
    } finally {
      for (const viewer of viewers) {
        viewer.disconnect();
        seen.frames += viewer.frames;
        seen.resets += viewer.resets;
      }
    }
  });
  const seed = printedSeed('viewers');
  // Shrinking is off: a shorter sequence would meet another log, and another race.
  const run = (from: number, numRuns: number) =>
    fc.assert(viewing, { seed: from, numRuns, endOnFailure: true });
  await run(seed, 8);
  // Sequences that are short by chance show fewer frames: more of them follow.
  for (let more = 1; seen.frames <= 1_000; more++) await run(seed + more, 1);
});
