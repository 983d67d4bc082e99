/** Command `att projections rebuild`: requests builds, and follows them. */
import type { Generation, RebuildOptions } from '@att/contracts';
import { type Command, Option } from 'commander';
import { connect, type ServerOptions, withServerOptions } from '../client/connect.js';
import type { Client } from '../client/make-client.js';
import { comparisonText } from '../print/comparison.js';
import { print } from '../print/print.js';
import { INTERRUPTED } from '../process/leave-signal.js';
import { progressBars } from '../rebuild/bars.js';
import { type Followed, followBuilds } from '../rebuild/follow.js';
import { progressLines } from '../rebuild/lines.js';
import type { ProgressView } from '../rebuild/progress.js';

interface Options extends ServerOptions {
  all?: true;
  hold?: true;
  dryRun?: true;
  wait: boolean;
}

export function addRebuildCommand(projections: Command): void {
  const rebuild = projections
    .command('rebuild')
    .description('build a projection anew beside the one that serves, and switch to it')
    .argument('[name]', 'name of the projection')
    .option('--all', 'all projections, from one read of the log')
    .option('--hold', 'stay ready until att projections switch')
    .addOption(new Option('--dry-run', 'build, compare, report and drop').conflicts('hold'))
    .option('--no-wait', 'do not follow the build');
  withServerOptions(rebuild).action(async (name: string | undefined, options: Options) => {
    if ((name === undefined) === (options.all === undefined)) {
      rebuild.error('error: name one projection, or say --all');
    }
    const client = await connect(options);
    const requested = await request(client, name, { hold: options.hold, dry_run: options.dryRun });
    // JSON of a named projection is one object, and of --all a list.
    const shown = (generations: Generation[]) => (name === undefined ? generations : generations[0]);
    if (!options.wait) {
      print(shown(requested), options, () => requested.map(sentenceOf).join(''));
      return;
    }
    const followed = await watch(client, requested);
    if (followed === undefined) return;
    print(shown(followed.map(({ generation }) => generation)), options, () =>
      followed.map(outcomeText).join(''),
    );
    if (followed.some(({ outcome }) => outcome.kind === 'failed')) process.exitCode = 1;
  });
}

async function request(
  client: Client,
  name: string | undefined,
  options: { [Name in keyof RebuildOptions]: RebuildOptions[Name] | undefined },
): Promise<Generation[]> {
  const body = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  if (name === undefined) return (await client.call('rebuildAllProjections', { body })).body;
  return [(await client.call('rebuildProjection', { params: { name }, body })).body];
}

/** @returns undefined when Ctrl-C has ended the watching */
async function watch(client: Client, requested: readonly Generation[]): Promise<Followed[] | undefined> {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  process.once('SIGINT', leave);
  const view = viewOf(process.stderr);
  try {
    return await followBuilds(client, requested, view, leaving.signal);
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
  } finally {
    view.stop();
    process.removeListener('SIGINT', leave);
  }
  process.stderr.write('The rebuild goes on: att projections list shows it, and cancel ends it.\n');
  process.exitCode = INTERRUPTED;
  return undefined;
}

/** View of progress on standard error, so that the result on standard output can be piped on. */
function viewOf(stream: NodeJS.WriteStream): ProgressView {
  return stream.isTTY === true ? progressBars(stream) : progressLines((text) => stream.write(text));
}

const sentenceOf = ({ projection, id }: Generation) => `${projection}: generation ${id} is being built.\n`;

function outcomeText({ generation, outcome }: Followed): string {
  const comparison = comparisonText(generation);
  return outcome.kind === 'under way' ? comparison : `${outcome.sentence}.\n${comparison}`;
}
