/** Command `att demo`: a fleet of agents to watch, which sends the same reports for the same seed. */
import { randomInt } from 'node:crypto';
import { type Command, Option } from 'commander';
import { connect, type ServerOptions, withServerOption } from '../client/connect.js';
import { type Client, makeClient } from '../client/make-client.js';
import { createRetrier } from '../client/retrier.js';
import { newTally, play } from '../demo/play.js';
import { generateStory, type Report } from '../demo/story.js';
import { summary } from '../demo/summary.js';
import { explain } from '../explain.js';
import { type ProgressLine, progressLine } from '../print/progress-line.js';
import { leaveSignal } from '../process/leave-signal.js';
import { numberUpTo, wholeNumberIn } from './numbers.js';

interface Options extends Pick<ServerOptions, 'url'> {
  agents: number;
  rate: number;
  minutes?: number;
  seed?: number;
  start?: true;
}

const SEEDS = 2 ** 32;

export function addDemoCommand(program: Command): void {
  const command = program
    .command('demo')
    .description('play a fleet of agents against a running server, until Ctrl-C')
    .option('--agents <number>', 'how many', wholeNumberIn(1, 1_000), 12)
    .option('--rate <number>', 'events a second, on average', numberUpTo(1_000), 4)
    .option('--minutes <number>', 'end by itself after so long', numberUpTo(100_000))
    .option(
      '--seed <number>',
      'send the reports of this seed; another seed each time by default',
      wholeNumberIn(0, SEEDS - 1),
    )
    .addOption(new Option('--start', 'start everything, too, as att start does').conflicts('url'));
  withServerOption(command).action((options: Options) =>
    options.start ? startAndPlay(options) : playOn(options),
  );
}

async function playOn(options: Options): Promise<void> {
  const client = await connect(options);
  await perform(client, options, progressLine(), leaveSignal());
}

/** Starts the server and plays on it, without a progress line: that would be redrawn between the server's own log lines. */
async function startAndPlay(options: Options): Promise<void> {
  const leaving = new AbortController();
  let performing: Promise<void> = Promise.resolve();
  const { start } = await import('./start.js');
  const { url, apiKey } = await start(async () => {
    leaving.abort();
    await performing;
  });
  if (leaving.signal.aborted) return;
  const withoutProgress = { ...progressLine(), show() {} };
  // A demo that fails is no reason to end the server.
  performing = perform(makeClient(url, apiKey), options, withoutProgress, leaving.signal).catch(
    async (error: unknown) => withoutProgress.note(`The demo has ended: ${await explain(error)}`),
  );
  await performing;
}

async function perform(
  client: Client,
  { agents, rate, minutes, seed = randomInt(SEEDS) }: Options,
  progress: ProgressLine,
  signal: AbortSignal,
): Promise<void> {
  progress.note(
    `A demo of ${agents} agents plays, ${rate} reports a second (--seed ${seed} plays it again).`,
  );
  const startedAt = performance.now();
  const tally = newTally();
  const summaryNow = () => summary(tally, (performance.now() - startedAt) / 1_000);
  const retrier = createRetrier({ note: progress.note, signal });
  const story = upTo((minutes ?? Number.POSITIVE_INFINITY) * 60, generateStory({ agents, rate, seed }));
  try {
    await play(tally, { story, client, retrier, signal, progress: () => progress.show(summaryNow) });
  } finally {
    progress.stop();
  }
  process.stdout.write(`${summaryNow()}\n`);
}

function* upTo(seconds: number, story: Iterable<Report>) {
  for (const report of story) {
    if (report.at >= seconds) return;
    yield report;
  }
}
