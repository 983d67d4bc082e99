/** Server as built, for the tests of a file; it can be killed and started again. */
import { afterAll, beforeAll } from 'vitest';
import { type Att, AttProcesses } from '../../support/att.js';
import { DataDirectory } from '../../support/data-directory.js';

export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** Kills the process and its PostgreSQL with SIGKILL. */
  kill(): Promise<void>;
  /** Starts the server again on the same data directory and port, and waits until it is ready. */
  startAgain(): Promise<void>;
}

/** Called at the top of a test file: the server has a data directory of its own, and ends with the file. */
export function useServer(settings: Record<string, string> = {}): TestServer {
  const processes = new AttProcesses();
  let directory: DataDirectory;
  let server: Att;

  async function start(env: Record<string, string> = {}): Promise<void> {
    server = await processes.start(['start'], { DATA_DIR: directory.path, ...settings, ...env });
    await server.ready();
  }

  beforeAll(async () => {
    directory = await DataDirectory.create();
    await start();
  });
  afterAll(async () => {
    await processes.endAll();
    await directory.remove();
  });

  return {
    get url() {
      return server.url;
    },
    get port() {
      return server.port;
    },
    async kill() {
      await server.end('SIGKILL');
      directory.killPostgres();
      await directory.postgresIsGone();
    },
    startAgain: () => start({ PORT: String(server.port) }),
  };
}
