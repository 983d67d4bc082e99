/** Opens psql on the database of `DATABASE_URL`, or else on the embedded one of `DATA_DIR`, which a server must be running. */
import { spawn } from 'node:child_process';
import { readConfig, readEnvFile } from '@att/platform/config';
import { recordedConnectionString } from '@att/platform/embedded-postgres';

readEnvFile();
const { databaseUrl, dataDirectory } = readConfig();
const connectionString = databaseUrl ?? recordedConnectionString(dataDirectory);
if (connectionString === undefined) {
  console.error(`There is no database in ${dataDirectory} yet: run npm start first, and leave it running.`);
  process.exit(1);
}

const url = new URL(connectionString);
const env = { ...process.env };
// The password goes by the environment: every user of the machine can read the arguments of a process.
if (url.password !== '') env.PGPASSWORD = decodeURIComponent(url.password);
url.password = '';
// A psql before 16 refuses the parameter, and passes over the variable.
const requiredAuth = url.searchParams.get('require_auth');
if (requiredAuth !== null) env.PGREQUIREAUTH = requiredAuth;
url.searchParams.delete('require_auth');
const psql = spawn('psql', [url.href, ...process.argv.slice(2)], { stdio: 'inherit', env });
psql.once('error', () => {
  console.error('There is no psql on the PATH: install it (Debian: apt-get install postgresql-client).');
  process.exitCode = 1;
});
psql.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
// Ctrl-C cancels a statement; psql decides when it ends.
process.on('SIGINT', () => {});
