/** Commands of `att events`. Tail and verify read the database, the others use HTTP. */
import { type Command, InvalidArgumentError } from 'commander';
import { addEventsExportCommand } from './events-export.js';
import { addEventsImportCommand } from './events-import.js';
import type { VerifyCommandOptions } from './events-verify.js';
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
    .description('walk the hash chain and name the first position that does not hold')
    .option('--after <position>', 'start after this position, and trust the record at it', wholeNumber, 0)
    .option(
      '--expect <position=hash>',
      'a checkpoint that was kept elsewhere must still be in the log; may be given several times',
      expectedHash,
      new Map<number, string>(),
    )
    .option('--all', 'go on past the first break, and name each')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nIt ends with status 0 when the chain holds, and with 2 when it does not.')
    .action(async (options: VerifyCommandOptions) => {
      const { verify } = await import('./events-verify.js');
      await verify(options);
    });
  addEventsExportCommand(events);
  addEventsImportCommand(events);
}

function expectedHash(text: string, before: ReadonlyMap<number, string>): ReadonlyMap<number, string> {
  const [, position, hash] = /^(\d{1,15})=([0-9a-f]{64})$/i.exec(text) ?? [];
  if (position === undefined || hash === undefined) {
    throw new InvalidArgumentError(
      'It must be a position, = and 64 hex digits, as att log checkpoint prints them.',
    );
  }
  return new Map([...before, [Number(position), hash.toLowerCase()]]);
}
