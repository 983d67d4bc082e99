/** A walk along the hash chain, one record after the other. Pure. */
import { chainHash, GENESIS_HASH, saltedHash } from './chain.js';
import type { ProvenEvent } from './event.js';

/** A record of the chain, as far as the next one depends on it. */
export interface ChainLink {
  position: number;
  /** Lower-case hex. */
  hash: string;
  /** Wire time; empty before the first record. */
  recordedAt: string;
}

/** Place where the chain does not hold, and why. */
export interface ChainBreak {
  position: number;
  reason: string;
}

export const GENESIS: ChainLink = { position: 0, hash: GENESIS_HASH, recordedAt: '' };

export class ChainWalk {
  /** Record that was looked at last. */
  at: ChainLink;
  /** Records whose payload was erased, so far. */
  erased = 0;
  /** Last position before the first break. */
  verified: number;
  readonly #expected: ReadonlyMap<number, string>;
  #isBroken = false;

  /** @param expected hashes by position, in lower-case hex, as they were noted elsewhere */
  constructor(start: ChainLink, expected: ReadonlyMap<number, string> = new Map()) {
    this.at = start;
    this.verified = start.position;
    this.#expected = expected;
  }

  /** Goes on to a record, whether it holds or not. @returns why it does not */
  take(event: ProvenEvent): ChainBreak | undefined {
    const found = breakBetween(this.at, event) ?? this.#unexpected(event);
    this.at = { position: event.position, hash: event.hash, recordedAt: event.recorded_at };
    if (event.data_text === null) this.erased += 1;
    if (found !== undefined) this.#isBroken = true;
    if (!this.#isBroken) this.verified = event.position;
    return found;
  }

  #unexpected({ position, hash }: ProvenEvent): ChainBreak | undefined {
    const expected = this.#expected.get(position);
    return expected === undefined || expected === hash ? undefined : unexpectedHash(position);
  }
}

export function unexpectedHash(position: number): ChainBreak {
  return { position, reason: 'its hash is not the expected one: the log was written anew up to here' };
}

/** A missing record breaks the chain where it would be, and what follows is linked to nothing that could be looked at. */
function breakBetween(previous: ChainLink, event: ProvenEvent): ChainBreak | undefined {
  const missing = event.position - previous.position - 1;
  if (missing > 0) return missingRecords(previous.position + 1, event.position - 1);
  const reason = whyBroken(event, previous);
  return reason === undefined ? undefined : { position: event.position, reason };
}

export function missingRecords(first: number, last: number): ChainBreak {
  const reason = first === last ? 'the record is missing' : `the records up to ${last} are missing`;
  return { position: first, reason };
}

/** Reason why a record does not follow the one before it; undefined when it does. */
export function whyBroken(event: ProvenEvent, previous: ChainLink): string | undefined {
  if (event.position !== previous.position + 1) return 'the record is missing';
  if (event.recorded_at < previous.recordedAt) return 'it was recorded before the record that it follows';
  if ((event.data_text === null) !== (event.salt === null)) return 'payload and salt must be erased together';
  if (event.data_text !== null && event.salt !== null) {
    const payload = Buffer.from(event.data_text, 'utf8');
    if (saltedHash(Buffer.from(event.salt, 'hex'), payload) !== event.data_hash) {
      return 'the payload is not the one that was recorded';
    }
  }
  if (chainHash(previous.hash, event) !== event.hash) {
    return 'the record is not the one that was chained here: it was changed, inserted or reordered, or the one before it was';
  }
  return undefined;
}
