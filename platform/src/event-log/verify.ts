/** Walks the chain and names the first position that does not hold. */
import type { ClientBase } from 'pg';
import { chainHash, GENESIS_HASH, saltedHash } from './chain.js';
import type { ProvenEvent } from './event.js';
import { readHead } from './head.js';
import { PAGE_END } from './page-end.js';
import { PageSize } from './page-size.js';

export interface Verification {
  /** Position of the last record that holds. */
  verified: number;
  /** The first that does not hold, and why; undefined when all do. */
  broken?: { position: number; reason: string };
}

const PAGE = 2_000;
const PAGE_BYTES = 8 * 1024 * 1024;

/**
 * Verifies the log online, from its first record to its head as it was when the walk began.
 *
 * @param onProgress called after each page with the last position that holds, and the head
 */
export async function verifyLog(
  client: ClientBase,
  onProgress: (verified: number, head: number) => void = () => {},
): Promise<Verification> {
  const head = await readHead(client);
  if (await hasRecordAfter(client, head.position)) {
    const reason = 'there is a record that the head does not know of';
    return { verified: 0, broken: { position: head.position + 1, reason } };
  }
  const size = new PageSize(PAGE, PAGE_BYTES);
  let previous = { position: 0, hash: GENESIS_HASH, recordedAt: '' };
  while (previous.position < head.position) {
    const page = await readProven(client, previous.position, head.position, size);
    size.take(page);
    for (const event of page) {
      const reason = whyBroken(event, previous);
      const position = Math.min(event.position, previous.position + 1);
      if (reason !== undefined) return { verified: previous.position, broken: { position, reason } };
      previous = { position: event.position, hash: event.hash, recordedAt: event.recorded_at };
    }
    if (page.length === 0) {
      const position = previous.position + 1;
      return { verified: previous.position, broken: { position, reason: 'the record is missing' } };
    }
    onProgress(previous.position, head.position);
  }
  if (previous.hash !== head.hash) {
    const reason = "the head's hash is not that of the last record";
    return { verified: Math.max(0, head.position - 1), broken: { position: head.position, reason } };
  }
  return { verified: head.position };
}

/** Pure: whether a record follows the one before it. */
export function whyBroken(
  event: ProvenEvent,
  previous: { position: number; hash: string; recordedAt: string },
): string | undefined {
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

/** Asks in one snapshot, as the head moves meanwhile. */
async function hasRecordAfter(client: ClientBase, position: number): Promise<boolean> {
  const { rows } = await client.query<{ stray: boolean }>(
    `SELECT EXISTS (SELECT FROM log.events e, log.head h WHERE e.position > h.position AND e.position > $1) AS stray`,
    [position],
  );
  return rows[0]?.stray === true;
}

async function readProven(
  client: ClientBase,
  after: number,
  until: number,
  { limit, maxBytes }: PageSize,
): Promise<ProvenEvent[]> {
  const { rows } = await client.query<ProvenEvent>({
    name: 'read-proven-events',
    text: `
      SELECT position, event_id, type, project, task_id, agent, occurred_at, recorded_at, actor,
             data AS data_text, encode(salt, 'hex') AS salt,
             encode(data_hash, 'hex') AS data_hash, encode(hash, 'hex') AS hash
      FROM log.events
      WHERE position > $1 AND position <= least(${PAGE_END}, $4)
      ORDER BY position`,
    values: [after, limit, maxBytes, until],
  });
  return rows;
}
