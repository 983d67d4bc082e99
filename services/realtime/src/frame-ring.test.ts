import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EncodedFrame } from './encoded-frame.js';
import { FrameRing } from './frame-ring.js';

const frame = (position: number, size: number, project = 'red'): EncodedFrame => ({
  position,
  project,
  recordedAt: '2026-01-31T12:00:00.000Z',
  bytes: Buffer.alloc(size),
});

const positions = (frames: readonly EncodedFrame[]) => frames.map(({ position }) => position);

describe('the ring of recent frames', () => {
  it('is empty after a restart, and knows where it stands', () => {
    const ring = new FrameRing(10, 1_000);
    ring.restart(41);
    expect([ring.floor, ring.tip, ring.size]).toEqual([41, 41, 0]);
    expect(ring.after(41, 100)).toEqual({ frames: [], position: 41 });
  });

  it('gives a page by bytes, at least one frame, and says how far it reaches', () => {
    const ring = new FrameRing(10, 1_000);
    ring.append([frame(1, 60), frame(3, 60), frame(4, 60)], 6);
    expect(ring.after(0, 100).position).toBe(3);
    expect(positions(ring.after(0, 1).frames)).toEqual([1]);
    expect(ring.after(3, 100)).toMatchObject({ frames: [{ position: 4 }], position: 6 });
  });

  it('refuses to serve what it has forgotten', () => {
    const ring = new FrameRing(1, 1_000);
    ring.append([frame(1, 1), frame(2, 1)], 2);
    expect(() => ring.after(0, 100)).toThrow(RangeError);
  });

  it('holds exactly the latest frames within its bounds, whatever comes', () => {
    const batch = fc.record({
      gap: fc.nat(3),
      sizes: fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat(2), fc.constantFrom('red', 'blue')), {
        maxLength: 20,
      }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 600 }),
        fc.array(batch, { maxLength: 30 }),
        fc.integer({ min: 1, max: 200 }),
        (maxFrames, maxBytes, batches, pageBytes) => {
          const ring = new FrameRing(maxFrames, maxBytes);
          const all: EncodedFrame[] = [];
          let head = 0;
          for (const { sizes, gap } of batches) {
            const frames = sizes.map(([size, skip, project]) => {
              head += 1 + skip;
              return frame(head, size, project);
            });
            head += gap;
            ring.append(frames, head);
            all.push(...frames);
            expect(ring.tip).toBe(head);
            expect(ring.size).toBeLessThanOrEqual(maxFrames);
            expect(ring.bytes).toBeLessThanOrEqual(maxBytes);
            for (const project of [undefined, 'red']) {
              const expected = all.filter(
                (one) => one.position > ring.floor && (project === undefined || one.project === project),
              );
              expect(readAll(ring, pageBytes, project)).toEqual(positions(expected));
            }
          }
        },
      ),
      { seed: printedSeed('the ring of recent frames'), numRuns: 200 },
    );
  });
});

function readAll(ring: FrameRing, pageBytes: number, project: string | undefined): number[] {
  const read: number[] = [];
  for (let position = ring.floor; position < ring.tip; ) {
    const page = ring.after(position, pageBytes, project);
    expect(page.position).toBeGreaterThan(position);
    read.push(...positions(page.frames));
    position = page.position;
  }
  return read;
}
