import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { z } from 'zod';
import { WAIT_LIMIT } from '../../testing/until.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../index.js';
import { processStartTime } from '../process-identity.js';

const childReport = z.object({ connectionString: z.string(), pgdata: z.string(), postmaster: z.int() });
const childRefusal = z.object({ code: z.string(), message: z.string() });

/** A process that started the database, as a user's `npm start` would. */
export interface ChildStart extends z.infer<typeof childReport> {
  child: ChildProcess;
}

/** Lines of the log, for tests of what a user gets to read. */
export interface LoggedLine {
  level: 'info' | 'warn' | 'error';
  message: string;
}

/** Folders, databases and processes of one test, all gone after `close`. */
export class Harness {
  readonly logged: LoggedLine[] = [];
  readonly log = {
    info: (_: object, message: string) => void this.logged.push({ level: 'info', message }),
    warn: (_: object, message: string) => void this.logged.push({ level: 'warn', message }),
    error: (_: object, message: string) => void this.logged.push({ level: 'error', message }),
  };
  readonly root: string;
  readonly serviceHome: string;
  #databases: EmbeddedPostgres[] = [];
  #children: ChildProcess[] = [];
  #folders: string[] = [];

  /** @param parent a folder that everybody may enter; the system's temporary one unless given */
  constructor(parent = tmpdir()) {
    this.root = this.folder(parent, 0o755);
    this.serviceHome = join(this.folder(parent, 0o755), 'service');
  }

  /** A new folder below `parent`, deleted at the end. */
  folder(parent: string, mode: number): string {
    const path = mkdtempSync(join(parent, 'att-test-'));
    rmSync(path, { recursive: true });
    mkdirSync(path, { mode });
    this.#folders.push(path);
    return path;
  }

  /** A data directory that does not exist yet. */
  dataDirectory(): string {
    return join(this.root, randomUUID());
  }

  async start(
    dataDirectory: string,
    options: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {},
  ): Promise<EmbeddedPostgres> {
    const { log, serviceHome } = this;
    const database = await startEmbeddedPostgres({ dataDirectory, log, serviceHome, ...options });
    this.#databases.push(database);
    return database;
  }

  /** Starts the database in a process of its own. */
  async startInChild(dataDirectory: string, user: { uid?: number; gid?: number } = {}): Promise<ChildStart> {
    const { child, line } = await this.#spawn(dataDirectory, user);
    return { child, ...childReport.parse(line) };
  }

  /** Expects a process of its own to be refused the database. */
  async refusedInChild(dataDirectory: string): Promise<z.infer<typeof childRefusal>> {
    return childRefusal.parse((await this.#spawn(dataDirectory, {})).line);
  }

  async close(): Promise<void> {
    for (const database of this.#databases) await database.stop();
    for (const child of this.#children) {
      child.stdin?.end();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }

  async #spawn(dataDirectory: string, user: { uid?: number; gid?: number }) {
    const script = join(dirname(fileURLToPath(import.meta.url)), 'start-in-child.ts');
    const args = ['--import', 'tsx', script, dataDirectory, this.serviceHome];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], ...user });
    this.#children.push(child);
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    return { child, line: JSON.parse(String(line)) as unknown };
  }
}

/** Runs one statement on a connection of its own. */
export async function query(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Sends SIGKILL and resolves when the process has ended. */
export async function killHard(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  while (processStartTime(pid) !== undefined) await sleep(10);
}

/** Calls `attempt` until it does not throw. */
export async function eventually<T>(attempt: () => Promise<T>, timeoutMs = WAIT_LIMIT): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(50);
    }
  }
}
