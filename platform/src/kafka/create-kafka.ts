/** Client of the Kafka API, in the one place that knows its library's traps. */
import { connect as connectTcp, isIP } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { ISocketFactory, Kafka, LogEntry, SASLOptions } from 'kafkajs';
import { type KafkaConfig, readAuthority } from '../config/index.js';
import type { Logger } from '../logging/index.js';
import { oncePer } from '../time/index.js';
import { endUnanswered } from './end-unanswered.js';
import { kafkaLibrary } from './library.js';

export interface KafkaClientOptions {
  config: KafkaConfig;
  /** Name of this client in the brokers' logs. */
  name: string;
  log: Logger;
  /**
   * Tries of each thing before it fails. 1,000 by default, as those of the library would give up within a short outage;
   * few for a caller that makes a new client of its own accord.
   */
  retries?: number;
}

/**
 * Milliseconds without an answer before a connection is ended. The library never ends one that a network swallows; longer
 * than the longest silence that is right, which is a broker's at a join.
 */
const ANSWER_LIMIT = 40_000;
/** Milliseconds between two lines of the log that say the same. */
const REPEAT = 60_000;

/** @throws ConfigError where the file of the authority cannot be read */
export function createKafka({ config, name, log, retries = 1_000 }: KafkaClientOptions): Kafka {
  const { brokers, tls, sasl } = config;
  const { Kafka, logLevel } = kafkaLibrary();
  return new Kafka({
    clientId: name,
    brokers: brokers.map(hideColons),
    ...(tls === undefined ? {} : { ssl: tlsOptions(tls.caFile) }),
    ...(sasl === undefined ? {} : { sasl: sasl as SASLOptions }),
    connectionTimeout: 3_000,
    authenticationTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries },
    socketFactory: createSocket,
    logLevel: logLevel.WARN,
    logCreator: () => writerTo(log, logLevel.WARN),
  });
}

const tlsOptions = (caFile: string | undefined): ConnectionOptions =>
  caFile === undefined ? {} : { ca: readAuthority('KAFKA_TLS_CA_FILE', caFile) };

/** Broker as the library can take it: it cuts at the first colon, and an IPv6 address has several. */
const hideColons = (broker: string) =>
  broker.replace(/^\[(.*)\]/, (_, address: string) => address.replaceAll(':', HIDDEN_COLON));

/** Character that neither an address nor a host's name has. */
const HIDDEN_COLON = '~';

const createSocket: ISocketFactory = ({ host: name, port, ssl, onConnect }) => {
  const host = name.replaceAll(HIDDEN_COLON, ':');
  const socket = ssl
    ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect)
    : connectTcp({ host, port }, onConnect);
  socket.setKeepAlive(true, 10_000);
  socket.setNoDelay(true);
  endUnanswered(socket, ANSWER_LIMIT);
  return socket;
};

/** A client tries again by itself, many times a second: what it calls an error is a warning of ours, and said once a minute. */
function writerTo(log: Logger, warning: number): (entry: LogEntry) => void {
  const isDue = oncePer(REPEAT);
  return ({ level, log: { message, error } }) => {
    const write = level <= warning && isDue(message) ? log.warn : log.debug;
    write.call(log, { ...(error === undefined ? {} : { reason: String(error) }) }, `kafka: ${message}`);
  };
}
