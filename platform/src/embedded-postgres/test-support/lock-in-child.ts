// Run by the tests as a process of its own: tries to take the lock many times at once, says in one line of JSON how
// each try went, and keeps what it got until its standard input ends.
import { lockDataDirectory } from '../data-directory-lock.js';
import { EmbeddedPostgresError } from '../errors.js';

const [folder = '', tries = '1'] = process.argv.slice(2);
const silent = { info() {}, warn() {}, error() {} };

async function attempt(): Promise<string> {
  try {
    await lockDataDirectory(folder, silent);
    return 'held';
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) return error.code;
    throw error;
  }
}

const results = await Promise.all(Array.from({ length: Number(tries) }, attempt));
process.stdout.write(`${JSON.stringify(results)}\n`);
process.stdin.resume();
