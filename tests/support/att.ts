/** Processes of the built `att`. `endAll` ends all that were started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { freePort, until } from '@att/platform/testing';
import { API_KEY } from './rest.js';

const MAIN = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url));

/** Flags of Node that npm's scripts start `att` with. */
export const NODE_FLAGS = ['--enable-source-maps'];

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Att {
  pid: number;
  url: string;
  port: number;
  child: ChildProcess;
  /** Standard output so far. */
  stdout(): string;
  stderr(): string;
  isRunning(): boolean;
  ended: Promise<Ending>;
  /** Resolves once `/readyz` answers 200. Rejects when the process ends first. */
  ready(): Promise<void>;
  /** Sends a signal and resolves with how the process ended. */
  end(signal: NodeJS.Signals): Promise<Ending>;
}

export interface Ran extends Ending {
  stdout: string;
  stderr: string;
}

export class AttProcesses {
  readonly #started: Att[] = [];

  /** @param env beside a port and the tests' key; a variable set to '' counts as absent */
  async start(
    args: string[],
    env: Record<string, string> = {},
    stdin: 'ignore' | 'pipe' = 'ignore',
    folder: string = tmpdir(),
  ): Promise<Att> {
    const port = env.PORT === undefined ? await freePort() : Number(env.PORT);
    const child = spawn(process.execPath, [...NODE_FLAGS, MAIN, ...args], {
      env: { ...inherited(), PORT: String(port), API_KEY, LOG_LEVEL: 'warn', ...env },
      stdio: [stdin, 'pipe', 'pipe'],
      // A folder outside the clone, as the clone's .env is the developer's.
      cwd: folder,
    });
    const att = watch(child, port);
    this.#started.push(att);
    return att;
  }

  /** Runs a command to its end. */
  async run(args: string[], env: Record<string, string> = {}, folder?: string): Promise<Ran> {
    const att = await this.start(args, env, 'ignore', folder);
    const ending = await att.ended;
    return { ...ending, stdout: att.stdout(), stderr: att.stderr() };
  }

  async endAll(): Promise<void> {
    await Promise.all(this.#started.map((att) => (att.isRunning() ? att.end('SIGKILL') : undefined)));
  }
}

/** Environment of a shell, without the variables that configure the product. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

function watch(child: ChildProcess, port: number): Att {
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text;
    });
  }
  const ended = new Promise<Ending>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const url = `http://127.0.0.1:${port}`;
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid as number,
    url,
    port,
    child,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    isRunning,
    ended,
    async ready() {
      let answered = '';
      await until('it is ready', async () => {
        if (!isRunning()) throw new Error(`att ended before it was ready:\n${printed.stderr}`);
        const answer = await readiness(url);
        answered = answer.text;
        return answer.isReady;
      }).catch((error: Error) => {
        throw new Error(`${error.message}: ${child.spawnargs.at(-1)} answers ${answered}\n${printed.stderr}`);
      });
    },
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

async function readiness(url: string): Promise<{ isReady: boolean; text: string }> {
  try {
    const answer = await fetch(`${url}/readyz`);
    return { isReady: answer.ok, text: await answer.text() };
  } catch (error) {
    return { isReady: false, text: String(error) };
  }
}
