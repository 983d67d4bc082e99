/** Routes that ask the replica first. */
import type { Route } from '@att/contracts';
import { ProblemError, type RouteHandler, type RouteHandlers, type RouteName } from '@att/platform/http';
import type { Logger } from '@att/platform/logging';
import { Counter, type Registry } from '@att/platform/metrics';
import { isUnavailable } from '@att/platform/postgres';
import { LeftToPrimaryError, type ReadReplica } from '@att/platform/read-replica';
import { throttle } from '@att/platform/time';
import { isTooSlow } from '../problems.js';

export interface RoutesByServer {
  onReplica: RouteHandlers;
  onPrimary: RouteHandlers;
  /** Same as `onPrimary`, with less time to wait, as the replica has been waited for. */
  afterReplica: RouteHandlers;
}

/** Milliseconds between two log lines about reads that the replica cannot answer. */
const LOG_INTERVAL = 60_000;

/**
 * Only an answer is taken from the replica. Whatever it refuses or fails at, such as a task that it does not have, a position past
 * its end, or a statement that its recovery cancels, is asked of the primary: the primary's refusal is the one that counts.
 */
export function withReplica(
  replica: Pick<ReadReplica, 'isUsable'>,
  { onReplica, onPrimary, afterReplica }: RoutesByServer,
  { metrics, log }: { metrics: Registry; log: Logger },
): RouteHandlers {
  const logFault = throttle(LOG_INTERVAL, (route: RouteName, err: unknown) =>
    log.error({ route, err }, 'the read replica cannot answer a read, so the primary has to'),
  );
  const reads = new Counter({
    name: 'att_query_reads_total',
    help: 'Reads by the server that answered; left: the replica was asked, and the read was left to the primary',
    labelNames: ['server'],
    registers: [metrics],
  });
  const asking = (name: RouteName): RouteHandler<Route> => {
    const [ask, askPrimary, askAfter] = [onReplica, onPrimary, afterReplica].map(
      (routes) => routes[name] as RouteHandler<Route>,
    ) as [RouteHandler<Route>, RouteHandler<Route>, RouteHandler<Route>];
    return async (request) => {
      if (!replica.isUsable) {
        reads.inc({ server: 'primary' });
        return askPrimary(request);
      }
      try {
        const answer = await ask(request);
        reads.inc({ server: 'replica' });
        return answer;
      } catch (error) {
        if (request.signal.aborted || isTooSlow(error)) throw error;
        if (isFault(error)) logFault(name, error);
      }
      reads.inc({ server: 'left' });
      return askAfter(request);
    };
  };
  const names = Object.keys(onPrimary) as RouteName[];
  return Object.fromEntries(names.map((name) => [name, asking(name)]));
}

/** True for what is neither a refusal, nor a replica that is away or behind: a missing right, or a bug. */
function isFault(error: unknown): boolean {
  return !(error instanceof ProblemError || error instanceof LeftToPrimaryError || isUnavailable(error));
}
