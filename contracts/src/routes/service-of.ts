/** Rules, for a proxy, of which service answers a path where the four services run as processes of their own. */

export const SERVICES = ['ingest', 'projector', 'query', 'realtime'] as const;
export type ServiceName = (typeof SERVICES)[number];

export interface PathRule {
  /** A path that begins so; the first rule that fits is meant. */
  prefix: string;
  /** Service that answers; `each`: every process answers about itself, so it is asked directly. */
  service: ServiceName | 'each';
  what: string;
}

export const PATH_RULES: readonly PathRule[] = [
  { prefix: '/webhook/ws', service: 'realtime', what: 'the WebSocket' },
  { prefix: '/api/websocket/', service: 'realtime', what: 'counts of open sockets' },
  { prefix: '/webhook/', service: 'ingest', what: 'webhooks' },
  { prefix: '/api/projections', service: 'projector', what: 'projections, and commands on them' },
  { prefix: '/api/dead-letters', service: 'projector', what: 'dead letters, and commands on them' },
  { prefix: '/livez', service: 'each', what: 'whether the process lives' },
  { prefix: '/readyz', service: 'each', what: 'whether it can do its work' },
  { prefix: '/health', service: 'each', what: 'the same in its old form' },
  { prefix: '/db-check', service: 'each', what: 'the database, as the process sees it' },
  { prefix: '/redis-check', service: 'each', what: 'shared state, as the process sees it' },
  { prefix: '/metrics', service: 'each', what: 'metrics of the process' },
  { prefix: '/', service: 'query', what: 'all other reads, the documents, and the page' },
];

/** The rule that a path falls under. */
export function pathRuleOf(path: string): PathRule {
  return PATH_RULES.find(({ prefix }) => path.startsWith(prefix)) as PathRule;
}
