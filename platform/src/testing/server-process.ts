/** A real server as a process of its own, which tests may kill, freeze and start again. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from './until.js';

export interface ServerProcess {
  /** Process id of the server that runs now, or ran last. */
  readonly pid: number;
  /** Folder with its files. */
  readonly folder: string;
  /** SIGKILL; port and data are kept for `restart`. */
  kill(): Promise<void>;
  /** Starts the server again on the same port with the same data; one that still runs is killed first. */
  restart(): Promise<void>;
  /** SIGSTOP: connections stay open, and nothing answers any more once this resolves. */
  freeze(): Promise<void>;
  /** SIGCONT, after `freeze`. */
  resume(): void;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
}

export interface ServerProcessOptions {
  program: string;
  args: readonly string[];
  /** Folder with the server's files, which go with it. */
  folder: string;
  /** True once the server answers its clients. */
  answers(): Promise<boolean>;
}

export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const { program, folder, answers } = options;
  let current = await launch();

  async function launch(): Promise<Guarded> {
    const started = await spawnGuarded(options);
    try {
      await until(`${program} answers`, async () => {
        if (started.hasExited()) throw new Error(`${program} ended by itself:\n${await lastOutput(folder)}`);
        return answers();
      });
      return started;
    } catch (error) {
      await started.end('remove');
      throw error;
    }
  }

  return {
    get pid() {
      return current.pid;
    },
    folder,
    kill: () => current.end('keep'),
    async restart() {
      await current.end('keep');
      current = await launch();
    },
    async freeze() {
      process.kill(current.pid, 'SIGSTOP');
      // The other threads run on until the one that got the signal has a processor.
      await until(`${program} has stopped`, () => hasStopped(current.pid));
    },
    resume: () => void process.kill(current.pid, 'SIGCONT'),
    async stop() {
      await current.end('remove');
    },
  };
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Other systems than Linux have no such file, and are believed. */
async function hasStopped(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')')).startsWith(') T');
}

interface Guarded {
  pid: number;
  hasExited(): boolean;
  end(folder: 'keep' | 'remove'): Promise<void>;
}

/**
 * Shell that starts the server and waits for a line from us. Our death, however sudden, closes its standard input: then it
 * ends the server and removes the folder, as no code of ours can. The server alone keeps the pipe open after its pid was
 * printed, so that the pipe's end is the server's.
 */
const GUARD = `
folder=$1; shift
"$@" 3>&1 >>"$folder/output" 2>&1 &
server=$!
echo $server
exec >/dev/null
read -r word
kill -9 $server
wait $server
[ "$word" = keep ] || rm -rf "$folder"
`;

function spawnGuarded({ program, args, folder }: ServerProcessOptions): Promise<Guarded> {
  // Detached, so that Ctrl-C in a terminal reaches us alone.
  const guard = spawn('sh', ['-c', GUARD, 'guard', folder, program, ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const guardEnded = new Promise<void>((resolve) => guard.once('exit', () => resolve()));
  let hasExited = false;
  guard.stdout.once('close', () => {
    hasExited = true;
  });
  guard.stdin.on('error', () => {});
  return new Promise((resolve, reject) => {
    guard.once('error', reject);
    createInterface(guard.stdout).once('line', (line) =>
      resolve({
        pid: Number(line),
        hasExited: () => hasExited,
        async end(word) {
          guard.stdin.end(`${word}\n`);
          await guardEnded;
        },
      }),
    );
  });
}

async function lastOutput(folder: string): Promise<string> {
  const output = await readFile(join(folder, 'output'), 'utf8');
  return output.split('\n').slice(-20).join('\n');
}
