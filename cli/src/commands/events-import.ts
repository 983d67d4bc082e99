/** Command `att events import`: sends a file of events, or of reports, to a running server. */
import type { Command } from 'commander';
import { connect, type ServerOptions, withServerOption } from '../client/connect.js';
import type { Client } from '../client/make-client.js';
import { createRetrier } from '../client/retrier.js';
import { printable } from '../print/controls.js';
import { progressLine } from '../print/progress-line.js';
import { formatNumber } from '../print/table.js';
import { INTERRUPTED, leaveSignal } from '../process/leave-signal.js';
import { type Imported, importLines } from '../transfer/import-events.js';
import { type Input, openInput } from '../transfer/input.js';
import { type Line, readLines } from '../transfer/read-lines.js';
import { wholeNumber } from './numbers.js';

interface Options extends Pick<ServerOptions, 'url'> {
  afterLine: number;
}

const HELP = `
A line is an event, as att events export and tail write it, or a report as the batch route takes it, such as
{"type":"start","project":"…","task":"…","task_id":"…","agent":"…"}.

Events of tasks are sent as reports: what happened keeps its time (occurred_at, or else recorded_at) as timestamp,
and the idempotency key (event_id) follows from the event's own id, or, for a report without a key, from its place in
the file. So a file that is imported again adds nothing. Other events, and those whose payload
was erased, are left out. Lines that are refused are listed, and the others are imported all the same.`;

export function addEventsImportCommand(events: Command): void {
  const command = events
    .command('import')
    .description('send NDJSON of events or reports into a running server')
    .argument('<file>', 'to read; - is standard input')
    .option('--after-line <number>', 'start after this line', wholeNumber, 0)
    .addHelpText('after', HELP);
  withServerOption(command).action(async (file: string, options: Options) => {
    const input = await openInput(file);
    await importFrom(input, await connect(options), options.afterLine);
  });
}

async function importFrom(input: Input, client: Client, afterLine: number): Promise<void> {
  const signal = leaveSignal();
  signal.addEventListener('abort', input.close);
  const progress = progressLine();
  const retrier = createRetrier({ note: progress.note, signal });
  const done: Imported = { added: 0, present: 0, refused: 0, other: 0, erased: 0, lines: afterLine };
  let isWhole = false;
  const watcher = {
    refused: (line: number, detail: string) => progress.note(`line ${line}: ${printable(detail)}`),
    progress: () => progress.show(() => progressText(done, input)),
  };
  try {
    const lines = linesAfter(readLines(input.chunks), afterLine);
    isWhole = await importLines(lines, { client, retrier, done, watcher, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    progress.stop();
    const didSome = done.lines > afterLine;
    if (isWhole || didSome) process.stdout.write(summary(done));
    if (!isWhole && (signal.aborted || didSome)) process.stderr.write(continueHint(done));
  }
  if (!isWhole) process.exitCode = INTERRUPTED;
  else if (done.refused > 0) process.exitCode = 1;
}

async function* linesAfter(lines: AsyncIterable<Line>, afterLine: number) {
  for await (const line of lines) if (line.number > afterLine) yield line;
}

function progressText({ lines }: Imported, { bytes, size }: Input): string {
  const share = size === undefined ? '' : `, ${Math.floor((100 * bytes()) / Math.max(1, size))}%`;
  return `${formatNumber(lines)} lines${share}`;
}

const continueHint = ({ lines }: Imported) =>
  `Stopped: go on with --after-line ${lines}, or from the start.\n`;

function summary({ added, present, refused, other, erased }: Imported): string {
  const parts = [
    `${formatNumber(added)} added`,
    `${formatNumber(present)} there already`,
    `${formatNumber(refused)} refused`,
    `${formatNumber(other)} left out that are not of tasks`,
    `${formatNumber(erased)} left out that were erased`,
  ];
  return `${parts.join(', ')}.\n`;
}
