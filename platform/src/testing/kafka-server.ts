/** A real Apache Kafka of a test's own: one node that is broker and controller. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { freePort } from './free-port.js';
import { type ServerProcess, startServerProcess } from './server-process.js';

export interface KafkaServer extends ServerProcess {
  brokers: readonly string[];
}

/** Folder of Apache Kafka's jars, outside the clone: all clones of a user share it. The set-up of the tests brings them. */
export const KAFKA_JARS = join(homedir(), '.cache', 'agent-task-tracker', 'kafka-4.1.0');

/** The quick compiler alone: a start takes 4.4 s of processor time in place of 7.3 s. */
const JAVA = [
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-cp',
  join(KAFKA_JARS, '*'),
];

/** Sixteen bytes, as Kafka wants them; clusters that know nothing of each other may share it. */
const CLUSTER_ID = Buffer.from('att-kafka-server').toString('base64url');

/** @param settings of server.properties, in place of ours */
export async function startKafka(settings: Readonly<Record<string, string>> = {}): Promise<KafkaServer> {
  const folder = await mkdtemp(join(tmpdir(), 'att-kafka-'));
  try {
    const address = `127.0.0.1:${await freePort()}`;
    const controller = `127.0.0.1:${await freePort()}`;
    const properties = join(folder, 'server.properties');
    await writeFile(
      properties,
      Object.entries({ ...defaultSettings(folder, address, controller), ...settings })
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    await format(properties, dataOf(folder));
    const server = await startServerProcess({
      program: 'java',
      args: ['-Xmx512m', ...JAVA, 'kafka.Kafka', properties],
      folder,
      answers: () => answers(address),
    });
    return Object.assign(server, { brokers: [address] });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function defaultSettings(folder: string, address: string, controller: string): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://${address},CONTROLLER://${controller}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': dataOf(folder),
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    // A broker that was killed is let in again after its old session: by default after 9 s.
    'broker.session.timeout.ms': '2000',
    'broker.heartbeat.interval.ms': '500',
  };
}

const dataOf = (folder: string) => join(folder, 'data');

/** Data of a server that never ran: the same for all, as it names no address. */
const FORMATTED = `${KAFKA_JARS}-formatted`;

/** Formats once for all clones of a user, and copies that: Kafka's own tool takes 1.7 s of processor time each time. */
async function format(properties: string, data: string): Promise<void> {
  if (existsSync(FORMATTED)) return cp(FORMATTED, data, { recursive: true });
  const command = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', properties];
  await promisify(execFile)('java', [...JAVA, ...command]);
  // Another process may be doing the same: the first one puts a whole folder there.
  const unfinished = `${FORMATTED}.${process.pid}`;
  await cp(data, unfinished, { recursive: true })
    .then(() => rename(unfinished, FORMATTED))
    .catch(() => rm(unfinished, { recursive: true, force: true }));
}

/** True once the broker is let into its own cluster. */
async function answers(address: string): Promise<boolean> {
  const kafka = new Kafka({ brokers: [address], retry: { retries: 0 }, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  } catch {
    return false;
  } finally {
    await admin.disconnect();
  }
}
