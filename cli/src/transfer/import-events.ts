/** Sends the lines of a file through the batch route, in their order, one batch after another. */
import type { Client } from '../client/make-client.js';
import type { Retrier } from '../client/retrier.js';
import { type Batch, gatherBatches } from './batches.js';
import type { Line } from './read-lines.js';

/** Counts of the lines that are done. */
export interface Imported {
  added: number;
  /** Events that the server had already. */
  present: number;
  refused: number;
  /** Events that no report can stand for: of other types, or with an erased payload. */
  other: number;
  erased: number;
  /** Number of the last line that is done. */
  lines: number;
}

export interface ImportOptions {
  client: Client;
  retrier: Retrier;
  /** Counts, which each batch adds to. */
  done: Imported;
  watcher: { refused(line: number, detail: string): void; progress(): void };
  signal: AbortSignal;
}

/** Milliseconds: a batch has 8 MiB at most, which a busy server may take a while to store. */
const TIMEOUT = 60_000;

/** @returns false when the signal ended it before the last line */
export async function importLines(lines: AsyncIterable<Line>, options: ImportOptions): Promise<boolean> {
  const { client, retrier, done, watcher, signal } = options;
  for await (const batch of gatherBatches(lines)) {
    if (signal.aborted) return false;
    const refused = [...batch.wrong];
    for (const [at, answer] of (await send(batch, client, retrier)).entries()) {
      if ('detail' in answer) refused.push({ line: batch.lines[at] as number, detail: answer.detail });
      else if (answer.duplicate) done.present += 1;
      else done.added += 1;
    }
    for (const { line, detail } of refused.sort((one, other) => one.line - other.line)) {
      watcher.refused(line, detail);
    }
    done.refused += refused.length;
    done.other += batch.other;
    done.erased += batch.erased;
    done.lines = batch.upTo;
    watcher.progress();
  }
  return true;
}

/** Sends a batch. Every item has an idempotency key, so a batch whose answer was lost is sent again. */
async function send({ text, lines }: Batch, client: Client, retrier: Retrier) {
  if (lines.length === 0) return [];
  const { body } = await retrier.run(() => client.call('webhookBatch', { ndjson: text, timeout: TIMEOUT }));
  return body;
}
