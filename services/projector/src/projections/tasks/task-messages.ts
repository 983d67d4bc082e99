/**
 * Messages as searches find them. Agents say the same again and again, so each message is kept once for a stretch of the
 * log, with the tasks that had it: a row and two index entries for every message, its trigrams among them, took 5.3 of
 * PostgreSQL's 31 µs an event, where these take next to nothing.
 *
 * A stretch is written when it is whole, and so never changes. Readers look through the versions of the one that is not.
 */
import { MESSAGE_STRETCHES } from '@att/platform/projections';
import { bigint, bigints, copyColumns, text } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Loader } from '../../rows/loader.js';
import type { Write } from '../../rows/write.js';

/** A message of a stretch, with the tasks that had it, and from which positions on. */
interface Message {
  stretch: number;
  text: string;
  ids: number[];
  positions: number[];
}

const COLUMNS = copyColumns<'task_messages', Message>({
  stretch: bigint((row) => row.stretch),
  text: text((row) => row.text),
  ids: bigints((row) => row.ids),
  positions: bigints((row) => row.positions),
});

/** Tasks of a row: PostgreSQL would move arrays out of larger ones than 2 KiB. */
const TASKS_OF_ROW = 64;

/** What is said in a stretch that is not written yet. */
interface Stretch {
  rows: Message[];
  /** Of a text the row that has room. */
  byText: Map<string, Message>;
}

export class TaskMessages {
  readonly #open = new Map<number, Stretch>();
  #isLoaded: boolean;

  /**
   * @param tables of the messages, and of the versions that have those of the open stretch
   * @param position the checkpoint that it goes on from
   */
  constructor(
    private readonly tables: { messages: string; versions: string },
    private readonly position: number,
  ) {
    this.#isLoaded = position % MESSAGE_STRETCHES.size === 0;
  }

  /** What the open stretch has already: `add` comes after it. */
  async load(loader: Loader): Promise<void> {
    if (this.#isLoaded) return;
    const rows = await loadMessages(loader, this.tables.versions, this.position);
    for (const { id, valid_from, message_key } of rows) this.add(id, valid_from, message_key);
    this.#isLoaded = true;
  }

  /** @param from the position from which on the task has it */
  add(id: number, from: number, text: string): void {
    const { rows, byText } = this.#stretchOf(from);
    let message = byText.get(text);
    if (message === undefined || message.ids.length === TASKS_OF_ROW) {
      message = { stretch: MESSAGE_STRETCHES.of(from), text, ids: [], positions: [] };
      byText.set(text, message);
      rows.push(message);
    }
    message.ids.push(id);
    message.positions.push(from);
  }

  #stretchOf(position: number): Stretch {
    const number = MESSAGE_STRETCHES.of(position);
    const known = this.#open.get(number);
    if (known !== undefined) return known;
    const begun: Stretch = { rows: [], byText: new Map() };
    this.#open.set(number, begun);
    return begun;
  }

  /** Those of the stretches that are whole. @param position the checkpoint after the batch */
  copyWhole(position: number): Write {
    return copyRows(this.tables.messages, COLUMNS, this.#takeWhole(MESSAGE_STRETCHES.wholeAt(position)));
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

/** The messages that came since the last whole stretch. */
async function loadMessages(loader: Loader, versions: string, position: number): Promise<Loaded[]> {
  const { rows } = await loader.query<Loaded>({
    name: `load-messages-${versions}`,
    text: `
      SELECT id, valid_from, message_key FROM ${versions}
      WHERE valid_from > ${MESSAGE_STRETCHES.sqlWholeUpTo('$1::bigint')} AND valid_from <= $1
        AND message_from = valid_from
      ORDER BY valid_from`,
    values: [position],
  });
  return rows;
}
