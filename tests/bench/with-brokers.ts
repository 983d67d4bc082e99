import { startKafka } from '../../platform/src/testing/kafka-server.js';
import { withDatabase } from './with-database.js';

/** Environment of a service on a database and brokers of this row alone. */
export interface Servers {
  connectionString: string;
  brokers: readonly string[];
  /** Environment of a service that reads the log from PostgreSQL. */
  postgres: Record<string, string>;
  /** Environment of a service that reads and publishes the log through this topic. */
  kafka(topic: string, partitions?: number): Record<string, string>;
}

/** A database and a broker of one's own, for as long as `work` takes. */
export function withBrokers<T>(work: (servers: Servers) => Promise<T>): Promise<T> {
  return withDatabase(async (connectionString) => {
    const kafka = await startKafka();
    const postgres = { DATABASE_URL: connectionString };
    try {
      return await work({
        connectionString,
        brokers: kafka.brokers,
        postgres,
        kafka: (topic, partitions = 6) => ({
          ...postgres,
          KAFKA_BROKERS: kafka.brokers.join(','),
          KAFKA_TOPIC: topic,
          KAFKA_PARTITIONS: String(partitions),
        }),
      });
    } finally {
      await kafka.stop();
    }
  });
}
