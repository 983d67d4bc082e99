import { describe, expect, it } from 'vitest';
import type { EncodedFrame } from './encoded-frame.js';
import { type Subscriber, Subscribers } from './subscribers.js';

const frame = (position: number, project: string): EncodedFrame => ({
  position,
  project,
  recordedAt: '2026-01-31T12:00:00.000Z',
  bytes: Buffer.from(`${position};`),
});

class TestSubscriber implements Subscriber {
  readonly writes: Buffer[] = [];

  constructor(
    readonly project: string | undefined,
    public position = 0,
  ) {}

  write(bytes: Buffer): void {
    this.writes.push(bytes);
  }

  get received(): string[] {
    return this.writes.map(String);
  }
}

describe('subscribers', () => {
  it('get all frames in one write, and the same bytes where they subscribed to the same', () => {
    let sent = 0;
    const subscribers = new Subscribers((frames) => {
      sent += frames;
    });
    const [one, two, red, green] = [
      new TestSubscriber(undefined),
      new TestSubscriber(undefined),
      new TestSubscriber('red'),
      new TestSubscriber('green'),
    ];
    for (const subscriber of [one, two, red, green]) subscribers.add(subscriber);
    subscribers.publish([frame(1, 'red'), frame(2, 'blue'), frame(3, 'red')]);
    expect(one.received).toEqual(['1;2;3;']);
    expect(two.writes[0]).toBe(one.writes[0]);
    expect(red.received).toEqual(['1;3;']);
    expect(green.received).toEqual([]);
    expect(sent).toBe(8);
  });

  it('do not get again what they read from the log', () => {
    const subscribers = new Subscribers(() => {});
    const [ahead, beyond] = [new TestSubscriber(undefined, 2), new TestSubscriber('red', 9)];
    subscribers.add(ahead);
    subscribers.add(beyond);
    subscribers.publish([frame(1, 'red'), frame(2, 'red'), frame(3, 'red')]);
    expect(ahead.received).toEqual(['3;']);
    expect(beyond.received).toEqual([]);
    expect(beyond.position).toBe(9);
  });

  it('get nothing after they left', () => {
    const subscribers = new Subscribers(() => {});
    const all = [new TestSubscriber(undefined), new TestSubscriber('red')];
    for (const one of all) subscribers.add(one);
    for (const one of all) subscribers.delete(one);
    subscribers.publish([frame(1, 'red')]);
    expect(all.flatMap((one) => one.received)).toEqual([]);
  });
});
