/** Decides from what two servers say whether the replica may be read. Pure: time is given. */
import type { PrimaryLog, ReplicaStanding } from './standing.js';

export type Unusable =
  /** Nothing is known yet. */
  | 'not_asked'
  /** Replica that refuses connections, or does not answer in time. */
  | 'away'
  /** Replica whose user may not read what the services read. */
  | 'no_rights'
  | 'behind'
  /** Replica of a log that is no beginning of the primary's: another epoch, or other events at the same positions. */
  | 'other_log'
  /** Server that takes writes itself and is not the primary: it was promoted, or never was a standby. */
  | 'no_standby';

export interface ReplicaState {
  /** Undefined while it may be read. */
  unusable: Unusable | undefined;
  /** Epoch of the primary's log, when it was last asked. */
  epoch: string | undefined;
  /** Position of the last event that the replica has. */
  position: number;
  /** Position of the primary's last event. */
  head: number;
  /** Lag that was measured last, in milliseconds: how long it took until the replica had all that the primary had. */
  lag: number;
  /** Head of the primary at some time: once the replica has it, the lag since then is known. */
  mark: { position: number; at: number } | undefined;
}

/** Milliseconds of lag with which a replica is still read. */
export const MAX_LAG = 5_000;

export const NOT_ASKED: ReplicaState = {
  unusable: 'not_asked',
  epoch: undefined,
  position: 0,
  head: 0,
  lag: Infinity,
  mark: undefined,
};

/** State once the replica has not answered, or has denied an answer. Its lag is measured anew when it answers. */
export function withoutAnswer(before: ReplicaState, why: 'away' | 'no_rights'): ReplicaState {
  return { ...before, unusable: why, lag: Infinity, mark: undefined };
}

/**
 * State once the primary has not answered: nothing new can be written meanwhile, so a replica that may be read stays so. How
 * long it lasts is no lag.
 */
export function withoutPrimary(before: ReplicaState): ReplicaState {
  return { ...before, mark: undefined };
}

/**
 * State once both have answered.
 *
 * @param standing of the replica, which was asked first: then its log cannot be ahead of the primary's
 * @param now milliseconds on the clock of all `mark`s
 */
export function whenBothAnswer(
  before: ReplicaState,
  standing: ReplicaStanding,
  primary: PrimaryLog,
  now: number,
): ReplicaState {
  const { lag, mark } = measureLag(before, standing.position, primary.position, now);
  const known = { epoch: primary.epoch, position: standing.position, head: primary.position };
  return { ...known, lag, mark, unusable: whyUnusable(standing, primary, lag) };
}

function measureLag(
  { lag, mark }: ReplicaState,
  position: number,
  head: number,
  now: number,
): Pick<ReplicaState, 'lag' | 'mark'> {
  const next = { position: head, at: now };
  if (position >= head) return { lag: 0, mark: next };
  if (mark === undefined) return { lag, mark: next };
  if (position >= mark.position) return { lag: now - mark.at, mark: next };
  return { lag: Math.max(lag, now - mark.at), mark };
}

function whyUnusable(standing: ReplicaStanding, primary: PrimaryLog, lag: number): Unusable | undefined {
  if (!standing.isInRecovery && standing.startedAt !== primary.startedAt) return 'no_standby';
  if (standing.epoch !== primary.epoch) return 'other_log';
  if (standing.position > 0 && standing.hash !== primary.hashAt) return 'other_log';
  return lag > MAX_LAG ? 'behind' : undefined;
}
