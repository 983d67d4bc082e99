export { LeftToPrimaryError, ReadReplica } from './read-replica.js';
export { readServer, refuseUnfitReplica } from './refuse-unfit-replica.js';
export type { ReplicaPool } from './replica-pool.js';
