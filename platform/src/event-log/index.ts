export { acceptClock, NothingToAcceptError } from './accept-clock.js';
export { AppendError } from './append-errors.js';
export { appendWithin } from './append-within.js';
export { Appender, type AppenderOptions } from './appender.js';
export { startBackgroundVerifier } from './background-verifier.js';
export { type ChainedRecord, canonicalRecord, chainHash, GENESIS_HASH, saltedHash } from './chain.js';
export { type ChainBreak, whyBroken } from './chain-walk.js';
export {
  type HashedEvent,
  isTaskLogEvent,
  type LogEvent,
  type ProvenEvent,
  parsedTaskEvent,
  type TaskLogEvent,
  taskEventOf,
} from './event.js';
export { EVENT_COLUMNS, eventColumnsOf, hashAt, PROVEN_EVENT_COLUMNS } from './event-columns.js';
export { findOpenGuards } from './guards.js';
export { readHead } from './head.js';
export { LOG_CHANNEL } from './insert-batch.js';
export { LogChangedError } from './log-changed-error.js';
export type { LogPage } from './log-page.js';
export { LOG_MIGRATIONS } from './migrations.js';
export type { Appended, NewEvent } from './new-event.js';
export { deadLetterEvent, generationEvent, SYSTEM_ACTOR } from './operator-event.js';
export { PAYLOAD_BYTES } from './page-end.js';
export { PageSize } from './page-size.js';
export { readEvents } from './read-events.js';
export { readHashed } from './read-hashed.js';
export { readLogIdentity } from './read-identity.js';
export { type RecognisedLog, type RememberedPlace, recogniseLog } from './recognise-log.js';
export { renewEpoch } from './renew-epoch.js';
export { type Verification, type VerifyOptions, verifyLog } from './verify.js';
