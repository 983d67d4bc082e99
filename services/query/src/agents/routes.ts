import type { HandlersOf } from '@att/platform/http';
import type { ReadModel } from '../read-model/read-model.js';
import { listAgents } from './list-agents.js';

export function agentRoutes(models: ReadModel): HandlersOf<'agents'> {
  return { listAgents: (request) => listAgents(models, request) };
}
