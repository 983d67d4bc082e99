import { createRequire } from 'node:module';
import { readAllOf } from './strangers.js';

type Library = typeof import('kafkajs');

const require = createRequire(import.meta.url);

let library: Library | undefined;

/** Library of the Kafka API, loaded by whoever has brokers: it takes 11 MiB, and a tenth of a second of every start. */
export function kafkaLibrary(): Library {
  library ??= readAllOf(require('kafkajs'), require('kafkajs/src/protocol/isolationLevel.js'));
  return library;
}
