import type { RouteHandlers } from '@att/platform/http';
import type { ReadModel } from '../read-model/read-model.js';
import { listAgents } from './list-agents.js';

export function agentRoutes(models: ReadModel): Pick<RouteHandlers, 'listAgents'> {
  return { listAgents: (request) => listAgents(models, request) };
}
