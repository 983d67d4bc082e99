/** Words for the state of a replica. Anybody may read them: they name no host. */
import { MAX_LAG, type ReplicaState, type Unusable } from './replica-state.js';

const REASONS: Record<Unusable, string> = {
  not_asked: 'the read replica was not asked yet',
  away: 'the read replica does not answer',
  no_rights:
    'the user of DATABASE_READ_URL may not read all that is needed (say GRANT att_reader TO it on the primary)',
  behind: `the read replica is more than ${MAX_LAG / 1_000} s behind`,
  other_log: 'the read replica has another log than the primary',
  no_standby: 'the server of DATABASE_READ_URL is no standby any more',
};

export function describeState({ unusable }: ReplicaState): string {
  if (unusable === undefined) return 'reads go to the replica';
  return `${REASONS[unusable]}: reads go to the primary`;
}

export function detailOf(state: ReplicaState): string | { degraded: string } {
  if (state.unusable !== undefined) return { degraded: describeState(state) };
  const behind = Math.max(0, state.head - state.position);
  return behind === 1 ? '1 event behind' : `${behind} events behind`;
}
