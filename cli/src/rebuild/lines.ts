import { type ProgressView, progressText } from './progress.js';

/** Milliseconds between two lines of a build. */
const INTERVAL = 5_000;

/** Progress view for logs and pipes: one line for each build every five seconds. */
export function progressLines(write: (text: string) => void): ProgressView {
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    show(builds) {
      const now = performance.now();
      if (now - lastAt < INTERVAL) return;
      lastAt = now;
      for (const build of builds) write(`${build.projection}: ${progressText(build)}\n`);
    },
    note: (text) => write(`${text}\n`),
    stop() {},
  };
}
