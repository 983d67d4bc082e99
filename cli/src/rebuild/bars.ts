import { MultiBar, type SingleBar } from 'cli-progress';
import { type BuildProgress, type ProgressView, progressText } from './progress.js';

/** Progress view for a terminal: one bar for each build. */
export function progressBars(stream: NodeJS.WriteStream): ProgressView {
  const bars = new MultiBar({
    stream,
    format: '{name} [{bar}] {percentage}%  {progress}',
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    barsize: 30,
    hideCursor: true,
    forceRedraw: true,
  });
  const byName = new Map<string, SingleBar>();
  return {
    show(builds) {
      const width = Math.max(...builds.map(({ projection }) => projection.length));
      for (const build of builds) {
        const bar = byName.get(build.projection) ?? bars.create(1, 0, payloadOf(build, width));
        byName.set(build.projection, bar);
        // A build of an empty log is done at once: its bar is full.
        bar.setTotal(Math.max(1, build.head));
        bar.update(build.head === 0 ? 1 : Math.min(build.position, build.head), payloadOf(build, width));
      }
    },
    note: (text) => bars.log(`${text}\n`),
    stop: () => bars.stop(),
  };
}

const payloadOf = (build: BuildProgress, width: number) => ({
  name: build.projection.padEnd(width),
  progress: progressText(build),
});
