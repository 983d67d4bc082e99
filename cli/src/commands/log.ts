/** `att log`: what operators do to the log as a whole. */
import { readConfig } from '@att/platform/config';
import type { Command } from 'commander';

export function addLogCommands(program: Command): void {
  program
    .command('log')
    .description('operate the event log as a whole')
    .command('new-epoch')
    .description('after a backup was restored: tell every client that what it knows may not be in this log')
    .action(newEpoch);
}

async function newEpoch(): Promise<void> {
  const { renewEpoch } = await import('@att/platform/event-log');
  const { withLog } = await import('../process/with-log.js');
  await withLog(readConfig(), async (pool) => {
    const { epoch, position } = await renewEpoch(pool);
    process.stdout.write(`The log, which ends at ${position}, has a new epoch: ${epoch}.\n`);
  });
}
