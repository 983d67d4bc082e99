import { adviceFor } from './advice.mjs';
import { isInterrupted, runProgram } from './children.mjs';

/** A step did not succeed; the message holds what its command printed, and what to do where that is known. */
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
  const { code, signal, output } = await runProgram(file, args, options);
  // The signal's handler ends this process; the program's end is no failure to report.
  if (isInterrupted()) await new Promise(() => {});
  if (code === 0) {
    process.stderr.write(`done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
    return;
  }
  process.stderr.write('failed\n');
  const failure = `${output.trimEnd()}\n\n${title}: failed (${signal ?? `exit code ${code}`}).`;
  const advice = adviceFor(output);
  throw new StepFailed(advice === undefined ? failure : `${failure}\n${advice}`);
}
