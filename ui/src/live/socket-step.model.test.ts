/**
 * Property of the live socket's machine against a model of the server: in any order of inputs its invariants hold, and
 * once the server and the network are there again, every appended event has been delivered.
 */
import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ModelClient, type Move } from '../testing/model-client';

const CODES = [1000, 1001, 1006, 1008, 1009, 1011, 1012, 4400, 4401, 4403, 4408, 4429];

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
/** Milliseconds that pass: mostly few, at times a night, and at times a clock that is set back. */
const pause = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 6_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 200_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: -90_000, max: 0 }) },
);

const move = fc.oneof<fc.WeightedArbitrary<Move>[]>(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('append'), visible: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('receive'), frames: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pass'), ms: pause, random }) },
  { weight: 3, arbitrary: fc.constant({ do: 'receive_again' }) },
  { weight: 3, arbitrary: fc.constant({ do: 'heartbeat' }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('close'), code: fc.constantFrom(...CODES), random }) },
  { weight: 2, arbitrary: fc.constant({ do: 'die' }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('server'), isUp: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore'), back: fc.integer({ min: 0, max: 8 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('signal'),
      signal: fc.constantFrom('online', 'offline', 'shown', 'retry'),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'waited' }) },
);

it('keeps its invariants, and misses nothing in the end', () => {
  const seen = { delivered: 0, connects: 0, resets: 0, asks: 0 };
  fc.assert(
    fc.property(fc.boolean(), fc.array(move, { maxLength: 120, size: 'max' }), (online, moves) => {
      const client = new ModelClient(online);
      for (const one of moves) client.make(one);
      client.settle();
      expect(client.state.name).toBe('live');
      expect(client.delivered).toEqual(client.missedSinceBaseline());
      seen.delivered += client.deliveries;
      seen.connects += client.connects;
      seen.resets += client.resets;
      seen.asks += client.asks;
    }),
    { seed: printedSeed('the socket client'), numRuns: 1_000 },
  );
  // The moves have reached every case that they are for.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100);
});
