/** `att events`: the auditors' commands. Tail and verify go straight to the log, the others over HTTP. */
import { readConfig } from '@att/platform/config';
import { createPostgresFeed } from '@att/platform/event-feed';
import { type LogEvent, readLogIdentity, verifyLog } from '@att/platform/event-log';
import { createLogger } from '@att/platform/logging';
import type { Command } from 'commander';
import { printText } from '../print/print.js';
import { withLog } from '../process/with-log.js';
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
    .action(tail);
  events
    .command('verify')
    .description('walk the whole hash chain and name the first position that does not hold')
    .action(verify);
  addEventsExportCommand(events);
  addEventsImportCommand(events);
}

async function tail({ after, follow }: { after?: number; follow: boolean }): Promise<void> {
  await withLog(readConfig(), async (pool, connectionString) => {
    const head = (await readLogIdentity(pool)).position;
    const stopping = new AbortController();
    process.once('SIGINT', () => stopping.abort());
    process.once('SIGTERM', () => stopping.abort());
    // A reader such as `head` that closes the pipe has had enough.
    process.stdout.on('error', () => stopping.abort());
    const start = after ?? (follow ? head : 0);
    if (!follow && start >= head) return;
    const log = createLogger('warn');
    const feed = createPostgresFeed({ pool, connectionString, role: undefined, log });
    try {
      for await (const batch of feed.read({ after: start, batchSize: 500, signal: stopping.signal })) {
        const wanted = follow ? batch.events : batch.events.filter((event) => event.position <= head);
        await printText(wanted.map(asLine).join(''));
        if (!follow && batch.position >= head) break;
      }
    } finally {
      await feed.close();
    }
  });
}

/** The payload stands in the line as the sender wrote it, but for line ends, which JSON allows between its parts. */
function asLine({ data_text, ...envelope }: LogEvent): string {
  const data = data_text?.replaceAll(/[\r\n]+/g, ' ') ?? 'null';
  return `${JSON.stringify(envelope).slice(0, -1)},"data":${data}}\n`;
}

async function verify(): Promise<void> {
  await withLog(readConfig(), async (pool) => {
    const client = await pool.connect();
    try {
      const showsProgress = process.stderr.isTTY === true;
      const { verified, broken } = await verifyLog(client, (position, head) => {
        if (showsProgress) process.stderr.write(`\r${position} of ${head}`);
      });
      if (showsProgress) process.stderr.write('\n');
      if (broken === undefined) {
        process.stdout.write(`The chain holds: ${verified} events verified.\n`);
        return;
      }
      process.stdout.write(`The chain breaks at position ${broken.position}: ${broken.reason}.\n`);
      process.exitCode = 2;
    } finally {
      client.release();
    }
  });
}
