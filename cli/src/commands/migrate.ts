/** Command `att migrate`: brings the database up to date; services of a newer release refuse to start before it. */
import { ConfigError, readConfig } from '@att/platform/config';
import { createLogger } from '@att/platform/logging';
import type { Command } from 'commander';

export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('bring the database of DATABASE_URL up to date')
    .action(async () => {
      const { databaseUrl, logLevel } = readConfig();
      if (databaseUrl === undefined) {
        throw new ConfigError('DATABASE_URL is needed; att start migrates its own database by itself');
      }
      const { migrateAll } = await import('../process/database.js');
      await migrateAll(databaseUrl, createLogger(logLevel));
      process.stdout.write('The database is up to date.\n');
    });
}
