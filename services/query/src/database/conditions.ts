/** Conditions on which an answer of the replica counts. An answer that does not is left to the primary. */
import { LeftToPrimaryError, type ReadReplica } from '@att/platform/read-replica';

/** State of the log that an answer is of. */
export interface AnsweredFrom {
  epoch: string;
  position: number;
}

/** @throws LeftToPrimaryError for an answer that does not count */
export type CheckAnswer = (answer: AnsweredFrom) => void;

/** @param position that the answer must have; 0: it may be of any state that the replica is in */
export type Conditions = (position: number, signal: AbortSignal) => Promise<CheckAnswer>;

/** Milliseconds that a read waits for the replica: half of what it waits in all, so that the primary has the other half. */
export const REPLICA_WAIT = 1_000;

/**
 * A position belongs to a log: who names one has it from the primary, perhaps a moment ago from another log. So the primary is asked
 * for its epoch then, and its last known one does for all other reads.
 */
export function conditionsOn(replica: ReadReplica): Conditions {
  return async (position, signal) => {
    const epoch = position > 0 ? await replica.waitFor(position, REPLICA_WAIT, signal) : replica.epoch;
    return (answer) => {
      if (answer.epoch === epoch && answer.position >= position) return;
      throw new LeftToPrimaryError(`the replica answered from position ${answer.position}`);
    };
  };
}
