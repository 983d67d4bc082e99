import type { Logger } from '../../logging/index.js';
import { oncePer, pause } from '../../time/index.js';
import type { TopicConsumer } from './topic-consumer.js';

export interface KeepConsumingOptions {
  /** Resolves when a consumer is needed; at once when it is already. */
  needed(): Promise<void>;
  /** @param onLost to be called when the consumer is over */
  open(onLost: (reason: string) => void): Promise<TopicConsumer>;
  onLost(): void;
  log: Logger;
  signal: AbortSignal;
}

/** Milliseconds between two tries. */
const RETRY_DELAY = 500;
/** Milliseconds between two lines of the log about one reason. */
const REPEAT = 60_000;

/** Holds one consumer until `signal` aborts: each that fails is followed by a new one. Resolves when the last is closed. */
export async function keepConsuming(options: KeepConsumingOptions): Promise<void> {
  const { needed, log, signal } = options;
  const isDue = oncePer(REPEAT);
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  while (!signal.aborted) {
    await needed();
    if (signal.aborted) return;
    const reason = await consume(options, aborted).catch((error: Error) => error.message);
    if (signal.aborted) return;
    options.onLost();
    if (isDue(String(reason))) log.warn({ reason }, 'event feed cannot read the topic: reading the database');
    await pause(RETRY_DELAY, signal);
  }
}

/** @returns why it ended */
async function consume(
  { open, signal }: KeepConsumingOptions,
  aborted: Promise<undefined>,
): Promise<string | undefined> {
  let onLost = (_: string) => {};
  const lost = new Promise<string>((resolve) => {
    onLost = resolve;
  });
  const consumer = await open(onLost);
  try {
    return signal.aborted ? undefined : await Promise.race([lost, aborted]);
  } finally {
    await consumer.close();
  }
}
