import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { expect, it } from 'vitest';
import { printedSeed } from '../testing/index.js';
import { partitionOf } from './partition-of.js';

it('is the partition that the library chooses, for any key', () => {
  const choose = Partitioners.DefaultPartitioner();
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (key, partitions) => {
      const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
        partitionId,
        partitionErrorCode: 0,
        leader: 0,
        replicas: [],
        isr: [],
      }));
      const theirs = choose({ topic: '', partitionMetadata, message: { key, value: null } });
      expect(partitionOf(key, partitions)).toBe(theirs);
    }),
    { seed: printedSeed('partitions of keys'), numRuns: 200 },
  );
});
