export { BrokersError } from './brokers-error.js';
export { createKafka, type KafkaClientOptions } from './create-kafka.js';
export { isProtocolError } from './protocol-error.js';
