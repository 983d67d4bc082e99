/**
 * Messages as searches find them. Agents say the same again and again, so each message is kept once for a chunk of the log, with the
 * tasks that had it: a row and two index entries for every message took 5.3 of PostgreSQL's 31 µs an event.
 *
 * A chunk is written when it is whole, and so never changes. Readers look through the task versions of the chunk that is not.
 */
import { MESSAGE_CHUNKS } from '@att/platform/projections';
import { bigint, bigints, copyColumns, text } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Loader } from '../../rows/loader.js';
import type { Write } from '../../rows/write.js';

/** Message of a chunk, with the tasks that had it, and from which positions on. */
interface Message {
  chunk: number;
  text: string;
  ids: number[];
  positions: number[];
}

const COLUMNS = copyColumns<'task_messages', Message>({
  chunk: bigint((row) => row.chunk),
  text: text((row) => row.text),
  ids: bigints((row) => row.ids),
  positions: bigints((row) => row.positions),
});

/** Tasks of a row: PostgreSQL would move arrays out of larger ones than 2 KiB. */
const TASKS_OF_ROW = 64;

/** Messages of a chunk that is not written yet. */
interface OpenChunk {
  rows: Message[];
  /** Row of each text that has room for more tasks. */
  byText: Map<string, Message>;
}

export class TaskMessages {
  readonly #open = new Map<number, OpenChunk>();
  #isLoaded: boolean;

  /**
   * @param tables names of the messages' table, and of the versions', which has the messages of the open chunk
   * @param position checkpoint after which it goes on
   */
  constructor(
    private readonly tables: { messages: string; versions: string },
    private readonly position: number,
  ) {
    this.#isLoaded = position % MESSAGE_CHUNKS.size === 0;
  }

  /** Loads what the open chunk has already; `add` comes after it. */
  async load(loader: Loader): Promise<void> {
    if (this.#isLoaded) return;
    const rows = await loadMessages(loader, this.tables.versions, this.position);
    for (const { id, valid_from, message_key } of rows) this.add(id, valid_from, message_key);
    this.#isLoaded = true;
  }

  /** @param from position from which the task has the message */
  add(id: number, from: number, text: string): void {
    const { rows, byText } = this.#chunkOf(from);
    let message = byText.get(text);
    if (message === undefined || message.ids.length === TASKS_OF_ROW) {
      message = { chunk: MESSAGE_CHUNKS.of(from), text, ids: [], positions: [] };
      byText.set(text, message);
      rows.push(message);
    }
    message.ids.push(id);
    message.positions.push(from);
  }

  #chunkOf(position: number): OpenChunk {
    const number = MESSAGE_CHUNKS.of(position);
    const known = this.#open.get(number);
    if (known !== undefined) return known;
    const begun: OpenChunk = { rows: [], byText: new Map() };
    this.#open.set(number, begun);
    return begun;
  }

  /** Copies the messages of chunks that have become whole. @param position the checkpoint after the batch */
  copyWhole(position: number): Write {
    return copyRows(this.tables.messages, COLUMNS, this.#takeWhole(MESSAGE_CHUNKS.wholeAt(position)));
  }

  #takeWhole(open: number): Message[] {
    const whole: Message[] = [];
    for (const [number, { rows }] of this.#open) {
      if (number >= open) continue;
      whole.push(...rows);
      this.#open.delete(number);
    }
    return whole;
  }
}

interface Loaded {
  id: number;
  valid_from: number;
  message_key: string;
}

/** Messages that came since the last whole chunk. */
async function loadMessages(loader: Loader, versions: string, position: number): Promise<Loaded[]> {
  const { rows } = await loader.query<Loaded>({
    name: `load-messages-${versions}`,
    text: `
      SELECT id, valid_from, message_key FROM ${versions}
      WHERE valid_from > ${MESSAGE_CHUNKS.sqlWholeUpTo('$1::bigint')} AND valid_from <= $1
        AND message_from = valid_from
      ORDER BY valid_from`,
    values: [position],
  });
  return rows;
}
