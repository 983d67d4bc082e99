import type { SocketParameters } from '@att/contracts';
import type { LogIdentity } from './control-frames.js';

/** Why a client has to start over; undefined when it may go on from where it says it is. */
export function whyReset(
  { after, epoch }: Pick<SocketParameters, 'after' | 'epoch'>,
  identity: Pick<LogIdentity, 'epoch' | 'position'>,
): string | undefined {
  if (epoch !== undefined && epoch !== identity.epoch) return 'the epoch is of another log';
  if (after !== undefined && after > identity.position) return `the log ends at ${identity.position}`;
  return undefined;
}
