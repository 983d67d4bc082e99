/** Gathers items into batches that the server takes. */
import { MAX_BATCH_BYTES } from '@att/contracts';
import type { Line } from './read-lines.js';
import { toItem } from './to-item.js';

export interface Batch {
  /** NDJSON; empty where no line became an item. */
  text: string;
  /** Number of the line of each item. */
  lines: number[];
  /** Events that are left out. */
  other: number;
  erased: number;
  wrong: { line: number; detail: string }[];
  /** All lines up to this one are in this batch or an earlier one. */
  upTo: number;
}

/** Lines of a batch. The server takes 5,000, but then progress is shown less often, and a retry costs more. */
const MAX_LINES = 1_000;

/** Batches of the lines. Memory is bounded, as a batch is. */
export async function* gatherBatches(lines: AsyncIterable<Line>): AsyncGenerator<Batch, void, undefined> {
  let gathered = gathering();
  for await (const line of lines) {
    const read = toItem(line);
    const bytes = read?.kind === 'item' ? Buffer.byteLength(read.item) + 1 : 0;
    if (gathered.lines === MAX_LINES || gathered.bytes + bytes > MAX_BATCH_BYTES) {
      yield gathered.batch();
      gathered = gathering();
    }
    gathered.add(line.number, read, bytes);
  }
  if (gathered.lines > 0) yield gathered.batch();
}

function gathering() {
  const items: string[] = [];
  const batch: Batch = { text: '', lines: [], other: 0, erased: 0, wrong: [], upTo: 0 };
  return {
    lines: 0,
    bytes: 0,
    add(line: number, read: ReturnType<typeof toItem>, bytes: number) {
      this.lines += 1;
      this.bytes += bytes;
      batch.upTo = line;
      if (read === undefined) return;
      if (read.kind === 'item') {
        items.push(`${read.item}\n`);
        batch.lines.push(line);
      } else if (read.kind === 'wrong') batch.wrong.push({ line, detail: read.detail });
      else batch[read.kind] += 1;
    },
    batch: () => ({ ...batch, text: items.join('') }),
  };
}
