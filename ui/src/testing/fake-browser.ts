/** Fake browser for tests of the live feed in Node: a window that is painted, and sockets to a `ModelServer`. */
import { vi } from 'vitest';
import type { ModelServer } from './model-server';

const PAINT_MS = 16;

export interface FakeBrowser {
  /** Delivers at most so many frames to the page. */
  receive(frames: number): void;
  /** Closes the present socket; frames on their way are lost. */
  close(code: number): void;
  /** Hides the tab, or shows it again. */
  hide(isHidden: boolean): void;
}

/** Stubs the globals until `vi.unstubAllGlobals`. Timers are those of the test, and chance follows its seed. */
export function stubBrowser(server: ModelServer, seed: number): FakeBrowser {
  let present: FakeSocket | undefined;

  class FakeSocket {
    static readonly OPEN = 1;
    readonly readyState = FakeSocket.OPEN;
    onmessage: ((event: { data: string }) => void) | undefined;
    onclose: ((event: { code: number }) => void) | undefined;

    constructor(url: string) {
      present = this;
      const query = new URL(url).searchParams;
      const after = query.get('after');
      const cursor = {
        after: after === null ? undefined : Number(after),
        epoch: query.get('epoch') ?? undefined,
      };
      if (!server.accept(cursor)) setTimeout(() => this.end(1006), 0);
    }

    send(): void {
      server.ping();
    }

    close(): void {
      if (present !== this) return;
      present = undefined;
      server.forget();
    }

    end(code: number): void {
      if (present !== this) return;
      this.close();
      this.onclose?.({ code });
    }
  }

  const target = new EventTarget();
  vi.stubGlobal(
    'window',
    Object.assign(globalThis, { addEventListener: target.addEventListener.bind(target) }),
  );
  const page = Object.assign(new EventTarget(), { hidden: false });
  const pendingPaints: (() => void)[] = [];
  vi.stubGlobal('document', page);
  vi.stubGlobal('location', { hostname: 'localhost' });
  vi.stubGlobal('navigator', { onLine: true });
  // Browsers paint nothing in a hidden tab.
  vi.stubGlobal('requestAnimationFrame', (paint: () => void) =>
    setTimeout(() => (page.hidden ? pendingPaints.push(paint) : paint()), PAINT_MS),
  );
  vi.stubGlobal('cancelAnimationFrame', (id: number) => clearTimeout(id));
  vi.spyOn(Math, 'random').mockImplementation(drawFrom(seed));
  vi.stubGlobal('WebSocket', FakeSocket);

  return {
    receive(frames) {
      for (let count = 0; count < frames; count += 1) {
        const frame = present === undefined ? undefined : server.take();
        if (frame === undefined) return;
        present?.onmessage?.({ data: JSON.stringify(frame) });
      }
    },
    close: (code) => present?.end(code),
    hide(isHidden) {
      page.hidden = isHidden;
      page.dispatchEvent(new Event('visibilitychange'));
      if (!isHidden) for (const paint of pendingPaints.splice(0)) paint();
    },
  };
}

/** Mulberry32, by Tommy Ettinger. */
function drawFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
