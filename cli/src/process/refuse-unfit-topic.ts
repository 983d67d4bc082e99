import { ConfigError, type KafkaConfig } from '@att/platform/config';
import { ensureTopic } from '@att/platform/event-topic';
import { createKafka } from '@att/platform/kafka';
import type { Logger } from '@att/platform/logging';
import { withTimeLimit } from '@att/platform/time';

/** Milliseconds that a start waits for brokers. Reports are taken without them, and the relay asks again. */
const LIMIT = 5_000;

/**
 * Makes the topic where it is absent, and refuses the start where it is unfit.
 *
 * @throws ConfigError that says what to change
 */
export async function refuseUnfitTopic(config: KafkaConfig | undefined, log: Logger): Promise<void> {
  if (config === undefined) return;
  const admin = createKafka({ config, name: 'att-start', log, retries: 1 }).admin();
  const check = async () => {
    await admin.connect();
    await ensureTopic(admin, config.topic);
  };
  try {
    await withTimeLimit(LIMIT, check(), () => {
      throw new Error(`no answer within ${LIMIT} ms`);
    });
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    log.warn({ reason: (error as Error).message }, 'the brokers do not answer: the topic is checked later');
  } finally {
    await withTimeLimit(
      1_000,
      admin.disconnect().catch(() => {}),
      () => {},
    );
  }
}
