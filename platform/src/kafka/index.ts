export { createKafka, type KafkaClientOptions } from './create-kafka.js';
