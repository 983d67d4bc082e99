/**
 * The HTTP route table: the one description of every path. Express, the UI's client and the API
 * documents all follow from it. Paths carry parameters as `{name}`.
 */
import { agentRoutes } from './agents.js';
import { deadLetterRoutes } from './dead-letters.js';
import { docsRoutes } from './docs.js';
import { eventRoutes } from './events.js';
import { healthRoutes } from './health.js';
import { projectionRoutes } from './projections.js';
import { projectRoutes } from './projects.js';
import { socketRoutes } from './sockets.js';
import { statsRoutes } from './stats.js';
import { taskRoutes } from './tasks.js';
import { webhookRoutes } from './webhooks.js';

export { buildPath, nameOfSegment, segment } from './build-path.js';
export type { ParamsOf, QueryOf, RequestBodyOf, ResponseOf } from './calls.js';
export { RATE_LIMIT_NAMES, type RateLimitName, rateLimitOf } from './rate-limit-of.js';
export { type Route, SCOPES, type Scope } from './route.js';
export { PATH_RULES, type PathRule, pathRuleOf, SERVICES, type ServiceName } from './service-of.js';
export { SOCKET_PATH } from './sockets.js';

/** Every HTTP path of the product; of two that match the same, the first is meant. */
export const ROUTES = {
  ...webhookRoutes,
  ...projectRoutes,
  ...taskRoutes,
  ...agentRoutes,
  ...statsRoutes,
  ...eventRoutes,
  ...projectionRoutes,
  ...deadLetterRoutes,
  ...socketRoutes,
  ...healthRoutes,
  ...docsRoutes,
} as const;

/** Routes by subject. The handlers of a subject stand together, and its type asks for each of them. */
export interface RoutesBySubject {
  projects: typeof projectRoutes;
  tasks: typeof taskRoutes;
  agents: typeof agentRoutes;
  stats: typeof statsRoutes;
  events: typeof eventRoutes;
  projections: typeof projectionRoutes;
  deadLetters: typeof deadLetterRoutes;
  sockets: typeof socketRoutes;
  health: typeof healthRoutes;
  docs: typeof docsRoutes;
}
