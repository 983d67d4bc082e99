/** Routes that ask the replica first. */
import type { Route } from '@att/contracts';
import type { RouteHandler, RouteHandlers, RouteName } from '@att/platform/http';
import { Counter, type Registry } from '@att/platform/metrics';
import type { ReadReplica } from '@att/platform/read-replica';
import { isTooSlow } from '../problems.js';

export interface RoutesByServer {
  onReplica: RouteHandlers;
  onPrimary: RouteHandlers;
  /** Same as `onPrimary`, with less time to wait, as the replica has been waited for. */
  afterReplica: RouteHandlers;
}

/**
 * Only an answer is taken from the replica. Whatever it refuses or fails at, such as a task that it does not have, a position past
 * its end, or a statement that its recovery cancels, is asked of the primary: the primary's refusal is the one that counts.
 */
export function withReplica(
  replica: Pick<ReadReplica, 'isUsable'>,
  { onReplica, onPrimary, afterReplica }: RoutesByServer,
  metrics: Registry,
): RouteHandlers {
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
      }
      reads.inc({ server: 'left' });
      return askAfter(request);
    };
  };
  const names = Object.keys(onPrimary) as RouteName[];
  return Object.fromEntries(names.map((name) => [name, asking(name)]));
}
