/** `att events export`: a stretch of the log as NDJSON, through a running server. */
import type { Command } from 'commander';
import { connect, reachesServer, type ServerOptions } from '../client/connect.js';
import type { Client } from '../client/make-client.js';
import { createPatience, type Patience } from '../client/patience.js';
import { type ProgressLine, progressLine } from '../print/progress-line.js';
import { number } from '../print/table.js';
import { INTERRUPTED, leaveSignal } from '../process/leave-signal.js';
import { progressText } from '../rebuild/progress.js';
import { FileError } from '../transfer/errors.js';
import { endOf, exportPages, refuseOtherLog, type Stretch } from '../transfer/export-events.js';
import { newFile, type Output, resumedFile, STANDARD_OUTPUT } from '../transfer/output.js';
import { pace } from '../transfer/pace.js';
import { wholeNumber } from './numbers.js';

interface Options extends Pick<ServerOptions, 'url'> {
  after?: number;
  until?: number;
  project?: string;
  output?: string;
  resume?: true;
}

const LINE = `
A line is one event, as GET /api/events?data=text has it: position, event_id, type, project, task_id, agent,
occurred_at, recorded_at, actor, salt, data_hash, hash, and data_text, which is the payload as a string of the very
bytes that were hashed: data_hash is the SHA-256 of the salt's bytes and these. An erased payload is null.`;

export function addEventsExportCommand(events: Command): void {
  const command = events
    .command('export')
    .description('write events as NDJSON, through a running server')
    .option('--after <position>', 'start after this position', wholeNumber)
    .option('--until <position>', 'end with this position; the head by default', wholeNumber)
    .option('--project <name>', 'only of this project')
    .option('--output <file>', 'a new file; standard output by default')
    .option(
      '--resume',
      'go on with the file: half a last line is cut, and what follows the last event is added',
    )
    .addHelpText('after', LINE);
  reachesServer(command).action(async (options: Options) => {
    if (options.resume && options.output === undefined) {
      command.error('error: --resume needs --output, the file to go on with');
    }
    if (options.after !== undefined && options.until !== undefined && options.until < options.after) {
      command.error('error: --until must not be smaller than --after');
    }
    if (options.resume && options.after !== undefined) {
      command.error(
        'error: --resume goes on after the last event of the file, so there is no --after with it',
      );
    }
    await exportEvents(await connect(options), options);
  });
}

async function exportEvents(client: Client, options: Options): Promise<void> {
  const signal = leaveSignal();
  const progress = progressLine();
  const patience = createPatience({ note: progress.note, signal });
  const until = await endOf(client, patience, options.until);
  const output = await openOutput(options);
  try {
    const stretch = { after: options.after ?? output.last?.position ?? 0, until, project: options.project };
    await refuseOtherFile(client, patience, output, options);
    await write(exportPages(client, patience, stretch), stretch, { output, progress, signal, options });
  } finally {
    progress.stop();
    await output.close();
  }
}

async function openOutput({ output, resume }: Options): Promise<Output> {
  if (output === undefined) return STANDARD_OUTPUT;
  return resume ? resumedFile(output) : newFile(output);
}

async function refuseOtherFile(
  client: Client,
  patience: Patience,
  { last }: Output,
  { output = '', project }: Options,
): Promise<void> {
  if (last === undefined) return;
  if (project !== undefined && project !== last.project) {
    throw new FileError(`${output} has events of other projects than ${project}`);
  }
  await refuseOtherLog(client, patience, output, last);
}

interface Writing {
  output: Output;
  progress: ProgressLine;
  signal: AbortSignal;
  options: Options;
}

async function write(
  pages: ReturnType<typeof exportPages>,
  { after, until }: Stretch,
  { output, progress, signal, options }: Writing,
): Promise<void> {
  let events = 0;
  let position = after;
  let readerIsGone = false;
  // A reader such as `head` that closes the pipe has had enough.
  process.stdout.on('error', () => {
    readerIsGone = true;
  });
  const current = pace(after, until);
  try {
    for await (const page of pages) {
      await output.write(page.text);
      if (readerIsGone) return;
      ({ position } = page);
      events += page.events;
      progress.show(() => progressText(current(position)));
      if (signal.aborted) break;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  progress.note(
    `Exported ${number(events)} ${events === 1 ? 'event' : 'events'}, up to position ${position}.`,
  );
  if (!signal.aborted || position >= until) return;
  progress.note(`Stopped: go on with ${options.output === undefined ? `--after ${position}` : '--resume'}.`);
  process.exitCode = INTERRUPTED;
}
