/** Entry point of the projector's thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { createLogger } from '@att/platform/logging';
import { Registry } from '@att/platform/metrics';
import { type CheckDetail, joinDetails, NotReadyError } from '@att/platform/service';
import { startProjector } from '@att/projector';
import { createContext } from './context.js';
import type { ThreadAnswer, ThreadOptions, ThreadRequest } from './projector-thread.js';

const { connectionString, backends, logLevel } = workerData as ThreadOptions;
// Default metrics of Node are of the whole process, which reports them itself.
const metrics = new Registry();
const context = await createContext({
  connectionString,
  config: backends,
  apiKey: '',
  log: createLogger(logLevel),
  metrics,
});
const projector = startProjector(context);

async function answer(ask: ThreadRequest['ask']): Promise<CheckDetail> {
  switch (ask) {
    case 'check': {
      const details = await Promise.all((projector.checks ?? []).map(({ check }) => check()));
      return joinDetails(details);
    }
    case 'metrics':
      return metrics.metrics();
    case 'stop':
      await projector.stop();
      await context.close();
      return 'stopped';
  }
}

parentPort?.on('message', ({ id, ask }: ThreadRequest) => {
  answer(ask)
    .then(
      (result): ThreadAnswer => ({ id, result }),
      (error: Error): ThreadAnswer => ({
        id,
        error: error.message,
        mayBeShown: error instanceof NotReadyError,
      }),
    )
    .then((reply) => parentPort?.postMessage(reply));
});
