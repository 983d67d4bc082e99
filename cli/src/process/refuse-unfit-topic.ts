import { ConfigError, type KafkaConfig } from '@att/platform/config';
import { ensureTopic } from '@att/platform/event-topic';
import { createKafka, disconnectInTime } from '@att/platform/kafka';
import type { Logger } from '@att/platform/logging';
import { withTimeLimit } from '@att/platform/time';

/** Milliseconds that a start waits for brokers. Reports are taken without them, and the relay asks again. */
const LIMIT = 5_000;

/**
 * Makes the topic where it is absent, and refuses the start where it is unfit, or the brokers refuse us.
 *
 * @throws ConfigError that says what to change
 */
export async function refuseUnfitTopic(config: KafkaConfig | undefined, log: Logger): Promise<void> {
  if (config === undefined) return;
  const admin = createKafka({ config, name: 'att-start', log, retries: 1 }).admin();
  try {
    await withTimeLimit(LIMIT, ensureTopic(admin, config.topic), () => {
      throw new Error(`no answer within ${LIMIT} ms`);
    });
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    log.warn({ reason: reasonOf(error as Error) }, 'the topic cannot be checked now: it is checked later');
  } finally {
    await disconnectInTime(admin);
  }
}

/** Message of an error, and those of the errors that it stands for. */
function reasonOf(error: Error & { errors?: Error[] }): string {
  return [error, ...(error.errors ?? [])].map(({ message }) => message).join(': ');
}
