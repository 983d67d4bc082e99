export { BrokersError } from './brokers-error.js';
export { createKafka, type KafkaClientOptions } from './create-kafka.js';
export { disconnectInTime } from './disconnect-in-time.js';
export { kafkaLibrary } from './library.js';
export { isProtocolError, type ProtocolErrorType } from './protocol-error.js';
