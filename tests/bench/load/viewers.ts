/** Many viewers in a process of their own: it says when all are in, and then how far they are whenever asked. */
import { openViewer, type Viewer } from './viewer.js';

export interface ViewersPlan {
  port: number;
  clients: number;
  /** Further ones that read nothing after their hello. */
  deaf: number;
  /** Query of each socket's URL, without the key. */
  query: string;
}

/** Figures of all viewers together that read. */
export interface Seen {
  events: number;
  others: number;
  bytes: number;
  /** Viewers that the server closed. */
  gone: number;
  /** Milliseconds of this process's clock. */
  at: number;
}

/** Connections that are opened at once. */
const ABREAST = 50;

const plan: ViewersPlan = await new Promise((resolve) => process.once('message', resolve));
for (const viewer of await open(plan.deaf)) viewer.socket.pause();
const viewers = await open(plan.clients);
process.on('message', () => process.send?.(seen()));
process.send?.(seen());

async function open(count: number): Promise<Viewer[]> {
  const viewers: Viewer[] = [];
  while (viewers.length < count) {
    const length = Math.min(ABREAST, count - viewers.length);
    const opened = Array.from({ length }, () => openViewer(plan.port, plan.query));
    viewers.push(...opened);
    while (!opened.every(({ bytes, isGone }) => bytes > 0 || isGone)) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  return viewers;
}

function seen(): Seen {
  const sum = (figure: (viewer: Viewer) => number) =>
    viewers.reduce((total, viewer) => total + figure(viewer), 0);
  return {
    events: sum(({ counter }) => counter.events),
    others: sum(({ counter }) => counter.others),
    bytes: sum(({ bytes }) => bytes),
    gone: sum(({ isGone, counter }) => (isGone || counter.isClosed ? 1 : 0)),
    at: performance.now(),
  };
}
