import type { Service, ServiceContext } from '@att/platform/service';
import { deadLetterRoutes } from './dead-letter-routes.js';
import { projectionRoutes } from './projection-routes.js';
import { createRunCommand } from './run-command.js';

/** Operators are few, and what they ask for takes milliseconds. */
const CONNECTIONS = 3;
/** Milliseconds that the server lets a statement take; it gives up waiting for a lock before that. */
const STATEMENT_TIMEOUT = 8_000;
const SILENCE = STATEMENT_TIMEOUT + 1_000;

/**
 * Where operators ask what the projections do, and for what they are to do. The desk writes their wishes into the
 * register and the log; the projector, wherever it runs, carries them out.
 */
export function startOperatorApi({ database }: ServiceContext): Service {
  const timeouts = { statement: STATEMENT_TIMEOUT, silence: SILENCE };
  const pool = database.pool('att_projector', { max: CONNECTIONS, name: 'projection-desk', timeouts });
  const act = createRunCommand(pool, database.role('att_ingest'));
  return {
    name: 'operator API',
    routes: { ...projectionRoutes(pool, act), ...deadLetterRoutes(pool, act) },
    stop: () => pool.end(),
  };
}
