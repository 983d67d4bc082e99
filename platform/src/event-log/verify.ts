/** Verifies the hash chain of a log, from a position to its head. */
import type { ClientBase } from 'pg';
import { type ChainBreak, ChainWalk, missingRecords, unexpectedHash } from './chain-walk.js';
import { type Head, readHead } from './head.js';
import { PageSize } from './page-size.js';
import { readLink, readProven } from './read-proven.js';

export interface Verification {
  /** End of the log as it was when the walk began. */
  head: Pick<Head, 'position' | 'hash'>;
  /** Position of the last record before the first break, or of the head. */
  verified: number;
  /** Records whose payload was erased, of those that were looked at. */
  erased: number;
  /** Breaks in the order of their positions: the first alone, unless the walk was to go on. Empty when the chain holds. */
  breaks: ChainBreak[];
}

export interface VerifyOptions {
  /** Position of a record that is taken to hold; 0 for the whole log. At most the head's. */
  after?: number;
  /** Hashes by position, in lower-case hex, as they were noted elsewhere. */
  expected?: ReadonlyMap<number, string>;
  /** Goes on past a break, from the record that is there. */
  goesOn?: boolean;
  /** Called after each page with the last position that was looked at, and the head. */
  onProgress?(position: number, head: number): void;
}

const PAGE = 2_000;
const PAGE_BYTES = 8 * 1024 * 1024;

export async function verifyLog(client: ClientBase, options: VerifyOptions = {}): Promise<Verification> {
  const { after = 0, expected = new Map(), goesOn = false, onProgress = () => {} } = options;
  const head = await readHead(client);
  const breaks: ChainBreak[] = [];
  const isOver = () => breaks.length > 0 && !goesOn;
  breaks.push(...(await findUnexpected(client, expected, after)));
  // A missing record to begin behind is a gap that the walk comes upon.
  const start = (await readLink(client, after)) ?? { position: after - 1, hash: '', recordedAt: '' };
  const walk = new ChainWalk(start, expected);
  const size = new PageSize(PAGE, PAGE_BYTES);
  while (!isOver() && walk.at.position < head.position) {
    const page = await readProven(client, walk.at.position, head.position, size);
    size.take(page);
    for (const event of page) {
      const found = walk.take(event);
      if (found !== undefined) breaks.push(found);
      if (isOver()) break;
    }
    if (page.length === 0) {
      breaks.push(missingRecords(walk.at.position + 1, head.position));
      break;
    }
    onProgress(walk.at.position, head.position);
  }
  if (!isOver()) breaks.push(...(await findAtEnd(client, walk, head, expected)));
  const verified = breaks.length === 0 ? head.position : Math.min(walk.verified, firstOf(breaks) - 1);
  return {
    head: { position: head.position, hash: head.hash },
    verified,
    erased: walk.erased,
    breaks: goesOn ? breaks : breaks.slice(0, 1),
  };
}

const firstOf = (breaks: readonly ChainBreak[]) => Math.min(...breaks.map(({ position }) => position));

/** Looks at the records up to the start of the walk, which it does not come past. */
async function findUnexpected(
  client: ClientBase,
  expected: ReadonlyMap<number, string>,
  until: number,
): Promise<ChainBreak[]> {
  const breaks: ChainBreak[] = [];
  for (const [position, hash] of [...expected].sort(([a], [b]) => a - b)) {
    if (position > until) break;
    const link = await readLink(client, position);
    if (link?.hash !== hash)
      breaks.push(link === undefined ? missingRecords(position, position) : unexpectedHash(position));
  }
  return breaks;
}

async function findAtEnd(
  client: ClientBase,
  walk: ChainWalk,
  head: Head,
  expected: ReadonlyMap<number, string>,
): Promise<ChainBreak[]> {
  const breaks: ChainBreak[] = [];
  if (walk.at.position === head.position && walk.at.hash !== head.hash) {
    breaks.push({ position: head.position, reason: "the head's hash is not that of the last record" });
  }
  if (await hasRecordAfter(client, head.position)) {
    breaks.push({ position: head.position + 1, reason: 'there is a record that the head does not know of' });
  }
  for (const position of expected.keys()) {
    if (position <= head.position) continue;
    const reason = `the log ends here, before position ${position}, which it had: its end was cut off`;
    breaks.push({ position: head.position + 1, reason });
  }
  return breaks;
}

/** Asks in one snapshot, as the head moves meanwhile. */
async function hasRecordAfter(client: ClientBase, position: number): Promise<boolean> {
  const { rows } = await client.query<{ stray: boolean }>(
    `SELECT EXISTS (SELECT FROM log.events e, log.head h WHERE e.position > h.position AND e.position > $1) AS stray`,
    [position],
  );
  return rows[0]?.stray === true;
}
