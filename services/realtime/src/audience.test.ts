import { describe, expect, it } from 'vitest';
import { Audience, type Listener } from './audience.js';
import type { EncodedFrame } from './encoded-frame.js';

const frame = (position: number, project: string): EncodedFrame => ({
  position,
  project,
  recordedAt: '2026-01-31T12:00:00.000Z',
  bytes: Buffer.from(`${position};`),
});

class Ear implements Listener {
  readonly writes: Buffer[] = [];

  constructor(
    readonly project: string | undefined,
    public position = 0,
  ) {}

  write(bytes: Buffer): void {
    this.writes.push(bytes);
  }

  get heard(): string[] {
    return this.writes.map(String);
  }
}

describe('the audience', () => {
  it('is told in one write, the very same bytes for all who want the same', () => {
    let sent = 0;
    const audience = new Audience((frames) => {
      sent += frames;
    });
    const [one, two, red, green] = [new Ear(undefined), new Ear(undefined), new Ear('red'), new Ear('green')];
    for (const ear of [one, two, red, green]) audience.add(ear);
    audience.publish([frame(1, 'red'), frame(2, 'blue'), frame(3, 'red')]);
    expect(one.heard).toEqual(['1;2;3;']);
    expect(two.writes[0]).toBe(one.writes[0]);
    expect(red.heard).toEqual(['1;3;']);
    expect(green.heard).toEqual([]);
    expect(sent).toBe(8);
  });

  it('does not tell anybody what the log has told already', () => {
    const audience = new Audience(() => {});
    const [ahead, beyond] = [new Ear(undefined, 2), new Ear('red', 9)];
    audience.add(ahead);
    audience.add(beyond);
    audience.publish([frame(1, 'red'), frame(2, 'red'), frame(3, 'red')]);
    expect(ahead.heard).toEqual(['3;']);
    expect(beyond.heard).toEqual([]);
    expect(beyond.position).toBe(9);
  });

  it('forgets who has left', () => {
    const audience = new Audience(() => {});
    const ears = [new Ear(undefined), new Ear('red')];
    for (const ear of ears) audience.add(ear);
    for (const ear of ears) audience.delete(ear);
    audience.publish([frame(1, 'red')]);
    expect(ears.flatMap((ear) => ear.heard)).toEqual([]);
  });
});
