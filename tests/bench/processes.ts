/** Starts what is measured, and the load, as processes; everything started here is ended here. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../platform/src/testing/free-port.js';
import { API_KEY } from './api-key.js';
import type { LoadPlan, LoadResult } from './load/generator.js';

export { API_KEY };

export interface Target {
  port: number;
  pid: number;
  stop(): Promise<void>;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ATT = here('../../cli/dist/main.js');

/** Server of `targets/`, which reports its port when it listens. */
export async function startTarget(file: string): Promise<Target> {
  const child = fork(here(`./targets/${file}`), { execArgv: ['--import', 'tsx'] });
  const { port } = await once<{ port: number }>(child);
  return { port, pid: child.pid as number, stop: () => end(child) };
}

/** `att <command>`, ready to take requests. */
export async function startAtt(command: string, env: Record<string, string>): Promise<Target> {
  const port = await freePort();
  const child = spawn(process.execPath, ['--enable-source-maps', ATT, command], {
    env: { ...process.env, API_KEY, PORT: String(port), LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
    // Not the clone, whose .env is the developer's.
    cwd: tmpdir(),
  });
  await waitUntilReady(port, child);
  return { port, pid: child.pid as number, stop: () => end(child) };
}

export function runLoad(plan: LoadPlan): Promise<LoadResult> {
  return runInChild<LoadResult>('./load/generator.ts', plan);
}

/** Runs a module of this folder in a process of its own: it is sent a plan, and answers with one message. */
export async function runInChild<Result>(module: string, plan: object): Promise<Result> {
  const child = fork(here(module), { execArgv: ['--import', 'tsx'] });
  const result = once<Result>(child);
  child.send(plan);
  return result;
}

export interface Helper<Answer> {
  /** Answer to the plan: the process is ready. */
  first: Answer;
  /** Asks it once more. */
  ask(): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts a module of this folder that is sent a plan, answers, and then answers whatever it is sent. */
export async function startHelper<Answer>(module: string, plan: object): Promise<Helper<Answer>> {
  const child = fork(here(module), { execArgv: ['--import', 'tsx'] });
  const ask = (message: object) => {
    const answer = once<Answer>(child);
    child.send(message);
    return answer;
  };
  return { first: await ask(plan), ask: () => ask({}), stop: () => end(child) };
}

/** A data directory of its own, removed at the end. */
export async function temporaryDirectory(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'att-bench-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

function once<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`${child.spawnfile} ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as T);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

async function waitUntilReady(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`att ended with ${child.exitCode}`);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await sleep(100);
  }
  throw new Error('att was not ready in 30 s');
}
