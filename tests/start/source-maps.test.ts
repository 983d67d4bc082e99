import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { NODE_FLAGS } from '../support/att.js';

const CONTRACTS = new URL('../../contracts/dist/index.js', import.meta.url).href;
const FAILS = `import(${JSON.stringify(CONTRACTS)}).then(({ evolve }) => evolve({}, null)).catch(({ stack }) => console.log(stack))`;

/** Stack of a failure in what was built, from Node with the flags that processes are started with. */
async function stackOf(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...NODE_FLAGS, '-e', program]);
  return stdout;
}

it('stacks name the sources, in the main thread and in workers', async () => {
  expect(await stackOf(FAILS)).toContain('contracts/src/evolve.ts:');
  const inWorker = `new (require('node:worker_threads').Worker)(${JSON.stringify(FAILS)}, { eval: true })`;
  expect(await stackOf(inWorker)).toContain('contracts/src/evolve.ts:');
});

it('every npm script that runs a server has the same flags', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  for (const name of ['start', 'demo', 'att'])
    expect(scripts[name]).toContain(`node ${NODE_FLAGS.join(' ')} cli/dist/main.js`);
});
