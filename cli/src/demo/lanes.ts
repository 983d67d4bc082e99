/** Queue with lanes: jobs of one lane run one after another, jobs of different lanes concurrently, up to a limit in all. */

export interface Lanes {
  /**
   * Resolves once the job has been taken, which may have to wait for a free place.
   *
   * @throws what an earlier job threw
   */
  take(lane: string, job: () => Promise<void>): Promise<void>;
  /** Resolves once no job is left. @throws what a job threw */
  empty(): Promise<void>;
}

/** @param capacity jobs that may be taken and not be done */
export function createLanes(capacity: number): Lanes {
  const ends = new Map<string, Promise<void>>();
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;

  const run = async (before: Promise<void> | undefined, job: () => Promise<void>) => {
    await before;
    try {
      if (failure === undefined) await job();
    } catch (error) {
      failure ??= { error };
    }
  };
  const throwFailure = () => {
    if (failure !== undefined) throw failure.error;
  };

  return {
    async take(lane, job) {
      while (running.size >= capacity) await Promise.race(running);
      throwFailure();
      const end: Promise<void> = run(ends.get(lane), job).then(() => {
        running.delete(end);
        if (ends.get(lane) === end) ends.delete(lane);
      });
      running.add(end);
      ends.set(lane, end);
    },
    async empty() {
      await Promise.all(running);
      throwFailure();
    },
  };
}
