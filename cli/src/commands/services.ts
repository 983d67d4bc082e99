/** Commands `att ingest`, `projector`, `query` and `realtime`: one service a process, for many replicas of each. */
import { pathRuleOf, SERVICES, type ServiceName } from '@att/contracts';
import type { Command } from 'commander';
import type { Start } from '../process/run-alone.js';

interface Composed {
  /** Loads the code of this service alone. */
  load(): Promise<readonly Start[]>;
  description: string;
}

const COMPOSED: Record<ServiceName, Composed> = {
  ingest: {
    load: async () => [(await import('@att/ingest')).startIngest],
    description: 'take webhooks and append them to the log',
  },
  projector: {
    load: async () => {
      const { startProjector, startOperatorApi } = await import('@att/projector');
      return [startProjector, startOperatorApi];
    },
    description: "fold the log into the read models, and serve the operators' API",
  },
  query: {
    load: async () => [(await import('@att/query')).startQuery],
    description: 'answer REST reads, and serve the page',
  },
  realtime: {
    load: async () => [(await import('@att/realtime')).startRealtime],
    description: 'serve the WebSocket',
  },
};

const PAGE = pathRuleOf('/').service;

export function addServiceCommands(program: Command): void {
  for (const name of SERVICES) {
    const { load, description } = COMPOSED[name];
    program
      .command(name)
      .description(`${description} (needs DATABASE_URL)`)
      .action(async () => {
        const { runAlone } = await import('../process/run-alone.js');
        await runAlone({ name, starts: await load(), servesPage: name === PAGE });
      });
  }
}
