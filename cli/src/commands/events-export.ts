/** Command `att events export`: a part of the log as NDJSON or CSV, through a running server. */
import { EVENT_TYPES } from '@att/contracts';
import { type Command, Option } from 'commander';
import { connect, type ServerOptions, withServerOption } from '../client/connect.js';
import type { Client } from '../client/make-client.js';
import { createRetrier, type Retrier } from '../client/retrier.js';
import { type ProgressLine, progressLine } from '../print/progress-line.js';
import { formatNumber } from '../print/table.js';
import { INTERRUPTED, leaveSignal } from '../process/leave-signal.js';
import { progressText } from '../rebuild/progress.js';
import { FileError } from '../transfer/errors.js';
import {
  type EventFilters,
  type Export,
  endOf,
  exportPages,
  refuseOtherLog,
} from '../transfer/export-events.js';
import { FORMATS, type FormatName } from '../transfer/format.js';
import { newFile, type Output, resumedFile, STANDARD_OUTPUT } from '../transfer/output.js';
import { pace } from '../transfer/pace.js';
import { wholeNumber } from './numbers.js';

interface Options extends Pick<ServerOptions, 'url'> {
  after?: number;
  until?: number;
  project?: string;
  taskId?: string;
  agent?: string;
  actor?: string;
  type?: string;
  from?: string;
  to?: string;
  occurredFrom?: string;
  occurredTo?: string;
  format: FormatName;
  output?: string;
  resume?: true;
}

const HELP = `
A line is one event, as GET /api/events?data=text has it: position, event_id, type, project, task_id, agent,
occurred_at, recorded_at, actor, salt, data_hash, hash, and data_text, which is the payload as a string of the very
bytes that were hashed: data_hash is the SHA-256 of the salt's bytes and these. An erased payload is null.

CSV has the same fields for spreadsheets, and is no proof: an apostrophe stands before what they would run as a formula.
Times are RFC 3339, such as 2026-01-31T12:00:00Z; --from and --to go by when events were recorded, --occurred-from and
--occurred-to by when they happened, as their senders said.`;

export function addEventsExportCommand(events: Command): void {
  const command = events
    .command('export')
    .description('write events as NDJSON or CSV, through a running server')
    .option('--after <position>', 'start after this position', wholeNumber)
    .option('--until <position>', 'end with this position; the head by default', wholeNumber)
    .option('--project <name>', 'only of this project')
    .option('--task-id <id>', 'only of tasks with this id')
    .option('--agent <name>', 'only by this agent')
    .option('--actor <key>', 'only what was written with this key')
    .addOption(new Option('--type <type>', 'only of this type').choices(EVENT_TYPES))
    .option('--from <time>', 'recorded then or later')
    .option('--to <time>', 'recorded then or earlier')
    .option('--occurred-from <time>', 'happened then or later')
    .option('--occurred-to <time>', 'happened then or earlier')
    .addOption(
      new Option('--format <format>', 'how to write them').choices(Object.keys(FORMATS)).default('ndjson'),
    )
    .option('--output <file>', 'a new file; standard output by default')
    .option(
      '--resume',
      'continue the file: an incomplete last line is cut, and the events after the last complete one are added',
    )
    .addHelpText('after', HELP);
  withServerOption(command).action(async (options: Options) => {
    if (options.resume && options.output === undefined) {
      command.error('error: --resume needs --output, the file to go on with');
    }
    if (options.resume && options.format === 'csv') {
      command.error('error: --resume goes on with NDJSON alone: a cut CSV file does not tell where it ends');
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
  const retrier = createRetrier({ note: progress.note, signal });
  const { format: formatName } = options;
  const end = await endOf(client, retrier, { after: options.after ?? 0, until: options.until });
  const output = await openOutput(options);
  try {
    const wanted: Export = {
      after: options.after ?? output.last?.position ?? 0,
      until: end,
      filters: filtersOf(options),
      format: FORMATS[formatName],
    };
    await refuseMismatchedFile(client, retrier, output, options);
    await output.write(output.last === undefined ? wanted.format.head : '');
    await write(exportPages(client, retrier, wanted), wanted, { output, progress, signal, options });
  } finally {
    progress.stop();
    await output.close();
  }
}

async function openOutput({ output, resume }: Options): Promise<Output> {
  if (output === undefined) return STANDARD_OUTPUT;
  return resume ? resumedFile(output) : newFile(output);
}

function filtersOf(options: Options): EventFilters {
  const { project, taskId, agent, actor, type, from, to, occurredFrom, occurredTo } = options;
  const filters = {
    ...{ project, task_id: taskId, agent, actor, type },
    ...{ from, to, occurred_from: occurredFrom, occurred_to: occurredTo },
  };
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}

/** Refuses to resume a file that was exported with other filters or from another log: the result would have a gap. */
async function refuseMismatchedFile(
  client: Client,
  retrier: Retrier,
  { last }: Output,
  options: Options,
): Promise<void> {
  const { output = '' } = options;
  if (last === undefined) return;
  const filters = filtersOf(options);
  for (const field of ['project', 'task_id', 'agent', 'actor', 'type'] as const) {
    const wanted = filters[field];
    if (wanted === undefined || wanted === last[field]) continue;
    throw new FileError(`${output} has events of another ${field.replace('_', ' ')} than ${wanted}`);
  }
  await refuseOtherLog(client, retrier, output, last);
}

interface Writing {
  output: Output;
  progress: ProgressLine;
  signal: AbortSignal;
  options: Options;
}

async function write(
  pages: ReturnType<typeof exportPages>,
  { after, until }: Export,
  { output, progress, signal, options }: Writing,
): Promise<void> {
  let events = 0;
  let position = after;
  let isPipeClosed = false;
  // A reader such as `head` closes the pipe early; the export then ends without an error.
  process.stdout.on('error', () => {
    isPipeClosed = true;
  });
  const current = pace(after, until);
  try {
    for await (const page of pages) {
      await output.write(page.text);
      if (isPipeClosed) return;
      ({ position } = page);
      events += page.events;
      progress.show(() => progressText(current(position)));
      if (signal.aborted) break;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  progress.note(
    `Exported ${formatNumber(events)} ${events === 1 ? 'event' : 'events'}, up to position ${position}.`,
  );
  if (!signal.aborted || position >= until) return;
  progress.note(`Stopped: go on with ${options.output === undefined ? `--after ${position}` : '--resume'}.`);
  process.exitCode = INTERRUPTED;
}
