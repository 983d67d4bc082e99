/**
 * Everything while you change it: the compiler watches, the server starts anew after each compilation without errors, and
 * Vite serves the page with reload. Ctrl-C ends all of it.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { readConfig, readEnvFile } from '@att/platform/config';
import { root } from './prepare/paths.mjs';

/** Line that the compiler prints last, once all workspaces are written. */
const COMPILED = /Found (\d+) errors?/;
const PAGE_PORT = process.env.VITE_PORT ?? '5173';

readEnvFile();
const SERVER = process.env.ATT_DEV_SERVER ?? `http://127.0.0.1:${readConfig().port}`;

const children = new Set();
let server;
let restarting = Promise.resolve();
let isEnding = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));

const typescript = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const compiler = run([typescript, '-b', '-w', '--preserveWatchOutput'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
compiler.stdout.setEncoding('utf8').on('data', (text) => {
  process.stdout.write(text);
  if (COMPILED.exec(text)?.[1] === '0') restart();
});
compiler.once('exit', (code) => end(code ?? 1));

const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
const page = run(
  [vite, '--host', '127.0.0.1', '--port', PAGE_PORT, '--strictPort', '--clearScreen', 'false'],
  {
    cwd: join(root, 'ui'),
    env: { ...process.env, ATT_DEV_SERVER: SERVER },
    stdio: 'inherit',
  },
);
page.once('exit', (code) => end(code ?? 1));

/** Node program in a process group of its own: the terminal's Ctrl-C reaches this process alone, which ends the groups. */
function run(args, options) {
  const child = spawn(process.execPath, args, { cwd: root, detached: true, ...options });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** Stops the server that runs and starts what was compiled, one after the other: both want the same port and database. */
function restart() {
  restarting = restarting.then(async () => {
    if (server !== undefined) await stop(server);
    if (isEnding) return;
    const started = run(['--enable-source-maps', 'cli/dist/main.js', 'start'], { stdio: 'inherit' });
    server = started;
    started.once('exit', (code) => {
      if (server === started) server = undefined;
      if (!isEnding && code !== 0 && code !== null)
        console.error(`The server ended with ${code}; it starts again once you have saved a change.`);
    });
  });
}

function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
  return ended;
}

async function end(code) {
  if (isEnding) return;
  isEnding = true;
  await Promise.all([...children].map(stop));
  process.exit(code);
}
