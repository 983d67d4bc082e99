import type { TopicMessage } from '@att/platform/event-topic';
import { describe, expect, it } from 'vitest';
import type { PartitionPlace, RelayProgress } from './lease-row.js';
import { type FoundPartition, NOTHING, resume } from './resume.js';

const hashAt = (position: number) => `hash ${position}`;

/** A message of the log, unless its hash is given. */
const message = (position: number, hash = hashAt(position)) =>
  ({ hash, event: { position } }) as unknown as TopicMessage;

/** A log of 100 events. */
const isOfLog = ({ position, hash }: { position: number; hash: string }) =>
  position <= 100 && hash === hashAt(position);

const progress = (position: number, ...partitions: PartitionPlace[]): RelayProgress => ({
  topic: 'cluster/topic',
  epoch: 'epoch',
  position,
  hash: hashAt(position),
  partitions,
});

function found(fields: Partial<FoundPartition> & { partition: number }): FoundPartition {
  return { low: 0, high: 0, recorded: undefined, last: undefined, ...fields };
}

const [even, odd] = [
  { position: 50, offset: 24 },
  { position: 49, offset: 24 },
];

describe('a relay goes on', () => {
  it('after the place that was written down, where the topic ends there', () => {
    const partitions = [
      found({ partition: 0, high: 25, recorded: message(50), last: message(50) }),
      found({ partition: 1, high: 25, recorded: message(49), last: message(49) }),
    ];
    expect(resume(progress(50, even, odd), partitions, isOfLog)).toEqual({
      position: 50,
      partitions: [even, odd],
      foreign: [],
      incomplete: [],
    });
  });

  it('without sending again what a partition has beyond that place', () => {
    const partitions = [
      found({ partition: 0, high: 30, recorded: message(50), last: message(60) }),
      found({ partition: 1, high: 25, recorded: message(49), last: message(49) }),
    ];
    expect(resume(progress(50, even, odd), partitions, isOfLog)).toMatchObject({
      position: 50,
      partitions: [{ position: 60, offset: 29 }, odd],
    });
  });

  it('where the retention begins, when nothing was written down: also where the topic has something', () => {
    const partitions = [found({ partition: 0, high: 30, last: message(60) }), found({ partition: 1 })];
    expect(resume(undefined, partitions, isOfLog)).toEqual({
      position: undefined,
      partitions: [NOTHING, NOTHING],
      foreign: [],
      incomplete: [],
    });
  });

  it('where the retention begins, for a partition that lacks the message that was written down', () => {
    const emptied = found({ partition: 0 });
    const refilled = found({ partition: 0, high: 40, recorded: message(77), last: message(90) });
    const cutOff = found({ partition: 0, high: 20, last: message(40) });
    const whole = found({ partition: 1, high: 25, recorded: message(49), last: message(49) });
    for (const lost of [emptied, refilled, cutOff]) {
      expect(resume(progress(50, even, odd), [lost, whole], isOfLog)).toMatchObject({
        position: undefined,
        partitions: [NOTHING, odd],
        incomplete: [0],
      });
    }
  });

  it('as before, where retention alone has removed messages', () => {
    const removed = found({ partition: 0, low: 30, high: 30 });
    const few = found({ partition: 1, low: 28, high: 30, last: message(59) });
    expect(resume(progress(50, even, odd), [removed, few], isOfLog)).toMatchObject({
      position: 50,
      partitions: [even, { position: 59, offset: 29 }],
      incomplete: [],
    });
  });

  it('from the place that was written down, where a partition ends with messages of another log', () => {
    const partitions = [
      found({ partition: 0, high: 60, recorded: message(50), last: message(120, 'another') }),
      found({ partition: 1, high: 60, recorded: message(49), last: message(99, 'another') }),
    ];
    expect(resume(progress(50, even, odd), partitions, isOfLog)).toEqual({
      position: 50,
      partitions: [even, odd],
      foreign: [0, 1],
      incomplete: [],
    });
  });

  it('where the retention begins, when the place that was written down is of another log', () => {
    const partitions = [
      found({ partition: 0, high: 60, recorded: message(50), last: message(120, 'another') }),
    ];
    expect(resume({ ...progress(50, even), hash: 'another' }, partitions, isOfLog)).toMatchObject({
      position: undefined,
      partitions: [NOTHING],
      foreign: [0],
    });
  });

  it('with what was written down, where a late send of another relay lies at the end', () => {
    const late = found({ partition: 0, high: 30, recorded: message(50), last: message(20) });
    expect(resume(progress(50, even), [late], isOfLog)).toMatchObject({ position: 50, partitions: [even] });
  });

  it('past a message that is not ours at all', () => {
    const strange = found({ partition: 0, high: 30, recorded: message(50), last: undefined });
    expect(resume(progress(50, even), [strange], isOfLog)).toMatchObject({
      position: 50,
      partitions: [even],
      foreign: [0],
    });
  });
});
