/** `att events`: the auditors' commands. Tail and verify go straight to the log, the others over HTTP. */
import type { Command } from 'commander';
import { addEventsExportCommand } from './events-export.js';
import { addEventsImportCommand } from './events-import.js';
import { wholeNumber } from './numbers.js';

export function addEventsCommands(program: Command): void {
  const events = program.command('events').description('read and verify the event log');
  events
    .command('tail')
    .description('print events as NDJSON, then follow the log')
    .option('--after <position>', 'start after this position; the head by default', wholeNumber)
    .option('--no-follow', 'end at the head')
    .action(async (options: { after?: number; follow: boolean }) => {
      const { tail } = await import('./events-tail.js');
      await tail(options);
    });
  events
    .command('verify')
    .description('walk the whole hash chain and name the first position that does not hold')
    .action(async () => {
      const { verify } = await import('./events-verify.js');
      await verify();
    });
  addEventsExportCommand(events);
  addEventsImportCommand(events);
}
