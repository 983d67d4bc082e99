import { type Service, type ServiceContext, sharedStateCheck } from '@att/platform/service';
import { deadLetterRoutes } from './dead-letter-routes.js';
import { projectionRoutes } from './projection-routes.js';
import { createRunCommand } from './run-command.js';

/** Connections: operators are few, and their commands take milliseconds. */
const CONNECTIONS = 3;
/** Milliseconds that the server lets a statement take; it gives up waiting for a lock before that. */
const STATEMENT_TIMEOUT = 8_000;
const SILENCE = STATEMENT_TIMEOUT + 1_000;

/**
 * Serves the operator API: the state of projections, and commands on them. A command is written to the register and the log; the
 * projector, in any process, carries it out.
 */
export function startOperatorApi({ database, sharedState, rateLimits }: ServiceContext): Service {
  const timeouts = { statement: STATEMENT_TIMEOUT, silence: SILENCE };
  const pool = database.pool('att_projector', { max: CONNECTIONS, name: 'operator-api', timeouts });
  const runCommand = createRunCommand(pool, database.role('att_ingest'));
  return {
    name: 'operator API',
    routes: { ...projectionRoutes(pool, runCommand), ...deadLetterRoutes(pool, runCommand) },
    checks: rateLimits?.reads === undefined ? [] : sharedStateCheck('operator read limits', sharedState),
    stop: () => pool.end(),
  };
}
