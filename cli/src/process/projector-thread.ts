/** The projector in a thread of its own, so that folding and acknowledging do not share one core. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Logger } from '@att/platform/logging';
import { type CheckDetail, NotReadyError, type Service } from '@att/platform/service';
import { withTimeLimit } from '@att/platform/time';
import type { Backends } from './context.js';
import { THREAD_STOP_TIMEOUT } from './stop-deadlines.js';

export interface ThreadOptions {
  connectionString: string;
  backends: Backends;
  logLevel: string;
}

/** Messages to the thread, and its answers. */
export type ThreadRequest = { id: number; ask: keyof ThreadResults };
export interface ThreadResults {
  check: CheckDetail;
  metrics: string;
  stop: string;
}
/** `mayBeShown`: the error is a NotReadyError, whose class does not survive the way between threads. */
export type ThreadAnswer =
  | { id: number; result: CheckDetail }
  | { id: number; error: string; mayBeShown: boolean };

export interface ProjectorThread extends Service {
  metricsText(): Promise<string>;
}

/**
 * MiB for new objects, twice of what Node gives: most that a batch makes lives until it is folded, and what outlives two
 * collections is copied twice. It saves 1.1 of 14.2 µs an event (a rebuild of a million,
 * docs/benchmarks.md); four times of Node's own saves as much.
 */
const YOUNG_GENERATION = 96;
const RESTART_DELAY = 1_000;
/** Milliseconds; a thread in the middle of a large batch answers late. */
const METRICS_TIMEOUT = 1_000;

/** Starts the thread, and starts it again when it dies: the checkpoint is in the database. */
export function startProjectorThread(options: ThreadOptions, log: Logger): ProjectorThread {
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let nextId = 1;
  let stopping = false;
  let isRunning = false;
  let worker = start();

  function start(): Worker {
    const thread = new Worker(new URL('./projector-worker.js', import.meta.url), {
      workerData: options,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
    });
    isRunning = true;
    thread.on('message', (answer: ThreadAnswer) => {
      const asker = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('result' in answer) asker?.resolve(answer.result);
      else asker?.reject(answer.mayBeShown ? new NotReadyError(answer.error) : new Error(answer.error));
    });
    thread.on('error', (error) => log.error({ err: error }, 'projector thread failed'));
    thread.on('exit', () => void onExit());
    return thread;
  }

  async function onExit(): Promise<void> {
    isRunning = false;
    for (const { reject } of waiting.values()) reject(new Error('the projector thread ended'));
    waiting.clear();
    if (stopping) return;
    await sleep(RESTART_DELAY);
    if (!stopping) worker = start();
  }

  function ask<Ask extends keyof ThreadResults>(what: Ask): Promise<ThreadResults[Ask]> {
    if (!isRunning) return Promise.reject(new Error('the projector thread is being started again'));
    const id = nextId++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      worker.postMessage({ id, ask: what } satisfies ThreadRequest);
    });
  }

  return {
    name: 'projector',
    checks: [{ name: 'projections', check: () => ask('check') }],
    // A thread that is busy or being restarted has no metrics: those of the process must not wait for it.
    metricsText: () =>
      withTimeLimit(
        METRICS_TIMEOUT,
        ask('metrics').catch(() => ''),
        () => '',
      ),
    async stop() {
      stopping = true;
      if (!isRunning) return;
      const stopped = ask('stop').then(
        () => {},
        () => {},
      );
      await withTimeLimit(THREAD_STOP_TIMEOUT, stopped, () =>
        log.warn('the projector thread is ended in its batch'),
      );
      // Terminated, as sockets to a silent server would keep the thread alive; the checkpoint is in the database.
      await worker.terminate();
    },
  };
}
