/** Command `att events verify`: whether the hash chain of the log holds. */
import { readConfig } from '@att/platform/config';
import { findOpenGuards, readLogIdentity, type Verification, verifyLog } from '@att/platform/event-log';
import { withClient } from '@att/platform/postgres';
import { print } from '../print/print.js';
import { formatNumber } from '../print/table.js';
import { withLog } from '../process/with-log.js';
import { FileError } from '../transfer/errors.js';

export interface VerifyCommandOptions {
  after: number;
  expect: ReadonlyMap<number, string>;
  all?: true;
  json?: true;
}

/** Exit status of a log that is broken. */
const BROKEN = 2;

export async function verify({ after, expect, all, json }: VerifyCommandOptions): Promise<void> {
  await withLog(readConfig(), async (pool) => {
    await withClient(pool, async (client) => {
      const { position: head } = await readLogIdentity(client);
      if (after > head) throw new FileError(`the log ends at position ${head}, before --after ${after}`);
      const openGuards = await findOpenGuards(client);
      const showsProgress = process.stderr.isTTY === true;
      const verification = await verifyLog(client, {
        after,
        expected: expect,
        goesOn: all === true,
        onProgress(position) {
          if (showsProgress) process.stderr.write(`\r${position} of ${head}`);
        },
      });
      if (showsProgress) process.stderr.write('\n');
      const holds = verification.breaks.length === 0;
      const { verified, ...found } = verification;
      const report = { holds, after, verified_to: verified, ...found, open_guards: openGuards };
      print(report, json === undefined ? {} : { json }, textOf);
      if (!holds) process.exitCode = BROKEN;
    });
  });
}

interface Report extends Omit<Verification, 'verified'> {
  after: number;
  /** Position of the last record that holds. */
  verified_to: number;
  open_guards: string[];
}

function textOf({
  after,
  head,
  verified_to: verified,
  erased,
  breaks,
  open_guards: openGuards,
}: Report): string {
  const events = (count: number) => `${formatNumber(count)} ${count === 1 ? 'event' : 'events'}`;
  const from = after === 0 ? '' : `, from position ${after + 1} on`;
  const lines = [
    ...breaks.map(({ position, reason }) => `The chain breaks at position ${position}: ${reason}.`),
    breaks.length === 0 ? `The chain holds: ${events(verified - after)} verified${from}.` : '',
    erased === 0
      ? ''
      : `Erased payloads: ${formatNumber(erased)}. Their texts are gone; the chain still proves that they were there.`,
    ...openGuards.map((guard) => `Not immutable now: ${guard}.`),
    `Head: ${checkpointText(head)}`,
  ];
  return lines
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('');
}

/** Checkpoint to be kept elsewhere: a position and its hash, as `--expect` takes it. */
export function checkpointText({ position, hash }: Verification['head']): string {
  return `${position}=${hash}`;
}
