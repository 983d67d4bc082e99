/** Commands of `att log`, for operators. */
import { readConfig } from '@att/platform/config';
import { type Command, InvalidArgumentError } from 'commander';

export function addLogCommands(program: Command): void {
  const log = program.command('log').description('operate the event log as a whole');
  log
    .command('checkpoint')
    .description(
      "print the head's position and hash, to be kept elsewhere: att events verify --expect takes it",
    )
    .option('--json', 'print it as JSON')
    .action(checkpoint);
  log
    .command('new-epoch')
    .description('after a backup was restored: tell every client that what it knows may not be in this log')
    .action(newEpoch);
  log
    .command('accept-clock')
    .description(
      "accept recorded times that are ahead of the database's clock, after reports were refused for it; recorded in the log",
    )
    .option('--until <time>', "up to this time; by default that of the log's last event", parseTime)
    .action(acceptClock);
}

async function checkpoint(options: { json?: true }): Promise<void> {
  const { readHead } = await import('@att/platform/event-log');
  const { print } = await import('../print/print.js');
  const { withLog } = await import('../process/with-log.js');
  const { checkpointText } = await import('./events-verify.js');
  await withLog(readConfig(), async (pool) => {
    const { position, hash, recordedAt } = await readHead(pool);
    print({ position, hash, recorded_at: recordedAt }, options, (head) => `${checkpointText(head)}\n`);
  });
}

async function newEpoch(): Promise<void> {
  const { renewEpoch } = await import('@att/platform/event-log');
  const { withLog } = await import('../process/with-log.js');
  await withLog(readConfig(), async (pool) => {
    const { epoch, position } = await renewEpoch(pool);
    process.stdout.write(`The log, which ends at ${position}, has a new epoch: ${epoch}.\n`);
  });
}

async function acceptClock({ until }: { until?: number }): Promise<void> {
  const log = await import('@att/platform/event-log');
  const { withLog } = await import('../process/with-log.js');
  await withLog(readConfig(), async (pool) => {
    const accepted = await log.acceptClock(pool, until);
    process.stdout.write(`Recorded times up to ${new Date(accepted).toISOString()} are accepted.\n`);
  });
}

function parseTime(text: string): number {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError('A time looks like 2026-01-31T12:00:00Z.');
  return time;
}
