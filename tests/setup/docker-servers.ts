/**
 * Kafka and Redis in containers, where a Docker engine answers. No engine runs where these tests were written: this way
 * was type-checked, and its refusal tried, but no container was ever started by it.
 */
import { findFreePort } from '@att/platform/embedded-postgres';
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';

const REDPANDA = 'redpandadata/redpanda:v25.1.9';
const REDIS = 'redis:7.4-alpine';

export interface Container {
  /** Host and port that clients reach it at. */
  address: string;
  stop(): Promise<void>;
}

/** Host that containers' ports are open on; undefined where no engine answers. */
export async function dockerHost(): Promise<string | undefined> {
  try {
    return (await getContainerRuntimeClient()).info.containerRuntime.host;
  } catch {
    return undefined;
  }
}

export async function startRedpanda(host: string): Promise<Container> {
  // A broker tells its clients where it is, so its port must be known before it starts.
  const port = await findFreePort();
  const container = await new GenericContainer(REDPANDA)
    .withCommand([
      'redpanda',
      'start',
      '--mode=dev-container',
      '--smp=1',
      '--memory=512M',
      '--kafka-addr=PLAINTEXT://0.0.0.0:9092',
      `--advertise-kafka-addr=PLAINTEXT://${host}:${port}`,
    ])
    .withExposedPorts({ container: 9092, host: port })
    .withWaitStrategy(Wait.forLogMessage('Successfully started Redpanda!'))
    .start();
  return { address: `${host}:${port}`, stop: async () => void (await container.stop()) };
}

export async function startRedisContainer(host: string): Promise<Container> {
  const container = await new GenericContainer(REDIS)
    .withCommand(['redis-server', '--save', ''])
    .withExposedPorts(6379)
    .start();
  return {
    address: `${host}:${container.getMappedPort(6379)}`,
    stop: async () => void (await container.stop()),
  };
}
