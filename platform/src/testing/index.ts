/** Helpers of tests: never imported by what runs in production. */
export { createTestAppender } from './create-test-appender.js';
export { cutLog } from './cut-log.js';
export { erasePayload } from './erase-payload.js';
export { expectTopicHasLog } from './expect-topic-has-log.js';
export { freePort } from './free-port.js';
export { HOSTILE_SETTINGS } from './hostile-settings.js';
export { KAFKA_JARS, type KafkaServer, startKafka } from './kafka-server.js';
export { letServerRead } from './let-server-read.js';
export { newEvent } from './new-event.js';
export { type PlacedMessage, readTopic, withKafkaAdmin } from './read-topic.js';
export { type RedisServer, startRedis } from './redis-server.js';
export { printedSeed } from './seed.js';
export type { ServerProcess } from './server-process.js';
export { silentLog } from './silent-log.js';
export { createStandbyPair, type StandbyPair } from './standby-pair.js';
export { startStopwatch, timed } from './stopwatch.js';
export { createStrangeProducer, type StrangeProducer } from './strange-producer.js';
export { createDatabaseProxy, createTcpProxy, type TcpProxy, throughProxy } from './tcp-proxy.js';
export {
  allowAnyTime,
  createTemplateDatabase,
  createTestDatabase,
  type TestDatabase,
  type TestServer,
} from './test-database.js';
export { until, WAIT_LIMIT } from './until.js';
