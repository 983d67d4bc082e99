import { spawn } from 'node:child_process';

/** A step did not succeed; the message holds what its command printed. */
export class StepFailed extends Error {}

/**
 * Runs a Node program quietly: one line says what is going on, and its output is shown only when it
 * fails.
 *
 * @throws {StepFailed} when the program ends with anything but 0
 */
export async function runQuietly(title, file, args, options = {}) {
  const startedAt = performance.now();
  process.stderr.write(`${title} … `);
  const { code, signal, output } = await capture(process.execPath, [file, ...args], options);
  if (code === 0) {
    process.stderr.write(`done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
    return;
  }
  process.stderr.write('failed\n');
  throw new StepFailed(`${output.trimEnd()}\n\n${title}: failed (${signal ?? `exit code ${code}`}).`);
}

function capture(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ code, signal, output: Buffer.concat(chunks).toString('utf8') }),
    );
  });
}
