import type { Generation } from '@att/contracts';
import type { Principal } from '@att/platform/auth';
import type { HandlersOf } from '@att/platform/http';
import type { Pool } from 'pg';
import type { Projection } from '../fold/projection.js';
import { PROJECTIONS } from '../projections/index.js';
import { describeProjections } from './describe-projections.js';
import { noSuchProjection } from './problems.js';
import * as commands from './projection-commands.js';
import { actorOf, type CommandResult, type RunCommand } from './run-command.js';
import { selectProjections } from './select-projections.js';

interface CommandRequest {
  params: { name: string };
  principal: Principal | undefined;
}

export function projectionRoutes(pool: Pool, runCommand: RunCommand): HandlersOf<'projections'> {
  const names = PROJECTIONS.map(({ name }) => name);

  const one = async (
    { params, principal }: CommandRequest,
    work: (context: commands.CommandContext) => Promise<CommandResult<Generation>>,
  ): Promise<{ body: Generation }> => {
    const projection = projectionOf(params.name);
    return { body: await runCommand((client) => work({ client, projection, actor: actorOf(principal) })) };
  };

  return {
    async listProjections() {
      return { body: describeProjections(await selectProjections(pool, names), PROJECTIONS, Date.now()) };
    },
    async rebuildAllProjections({ body, principal }) {
      return {
        body: await runCommand((client) => commands.rebuild(client, PROJECTIONS, body, actorOf(principal))),
      };
    },
    rebuildProjection: (request) =>
      one(request, async ({ client, projection, actor }) => {
        const { events, answer } = await commands.rebuild(client, [projection], request.body, actor);
        return { events, answer: answer[0] as Generation };
      }),
    switchProjection: (request) => one(request, commands.requestSwitch),
    cancelRebuild: (request) => one(request, commands.cancel),
    rollbackProjection: (request) => one(request, commands.requestRollback),
    dropGeneration: (request) => one(request, (context) => commands.drop(context, request.body.generation)),
    pauseProjection: (request) => one(request, (context) => commands.pauseOrResume(context, true)),
    resumeProjection: (request) => one(request, (context) => commands.pauseOrResume(context, false)),
  };
}

/** @throws ProblemError not_found */
function projectionOf(name: string): Projection {
  const projection = PROJECTIONS.find((candidate) => candidate.name === name);
  if (projection === undefined) throw noSuchProjection(name);
  return projection;
}
