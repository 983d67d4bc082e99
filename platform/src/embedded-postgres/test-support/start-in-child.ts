// Run by the tests as a process of its own: starts the database, says so in one line of JSON, and stays until
// it is killed or its standard input ends.
import { EmbeddedPostgresError } from '../errors.js';
import { startEmbeddedPostgres } from '../start-embedded-postgres.js';

const [dataDirectory = '', serviceHome = ''] = process.argv.slice(2);
const silent = { info() {}, warn() {}, error() {} };

try {
  const database = await startEmbeddedPostgres({ dataDirectory, serviceHome, log: silent });
  const { connectionString, dataDirectory: pgdata, pid } = database;
  process.stdout.write(`${JSON.stringify({ connectionString, pgdata, postmaster: pid })}\n`);
  process.stdin.resume().once('end', () => database.stop());
} catch (error) {
  if (!(error instanceof EmbeddedPostgresError)) throw error;
  process.stdout.write(`${JSON.stringify({ code: error.code, message: error.message })}\n`);
}
