/** The product as it is deployed: two processes of each service, on PostgreSQL, Kafka and Redis of their own. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from '@att/contracts';
import { startEmbeddedPostgres } from '@att/platform/embedded-postgres';
import {
  freePort,
  type KafkaServer,
  type RedisServer,
  silentLog,
  startKafka,
  startRedis,
  until,
} from '@att/platform/testing';
import { type Att, AttProcesses } from '../../support/att.js';
import { DataDirectory } from '../../support/data-directory.js';
import type { Random } from '../../support/random.js';

const SERVICES: readonly ServiceName[] = ['ingest', 'projector', 'query', 'realtime'];

/** A process of the cluster, which keeps its port when it is started again. */
export interface Member {
  service: ServiceName;
  name: string;
  att: Att;
}

export class Cluster {
  readonly #processes = new AttProcesses();
  readonly #ending: (() => Promise<unknown>)[] = [];
  #env: Record<string, string> = {};
  members: Member[] = [];
  database!: DataDirectory;
  kafka!: KafkaServer;
  redis!: RedisServer;

  private constructor(
    readonly random: Random,
    readonly topic: string,
  ) {}

  /** @param topic name of the topic, which nobody else has */
  static async start(random: Random, topic: string): Promise<Cluster> {
    const cluster = new Cluster(random, topic);
    try {
      await cluster.#startServers();
      await cluster.#startServices();
      return cluster;
    } catch (error) {
      await cluster.end();
      throw error;
    }
  }

  async #startServers(): Promise<void> {
    const [database, kafka, redis] = await Promise.all([this.#startDatabase(), startKafka(), startRedis()]);
    this.kafka = kafka;
    this.redis = redis;
    this.#ending.push(
      () => kafka.stop(),
      () => redis.stop(),
    );
    this.#env = {
      DATABASE_URL: database,
      KAFKA_BROKERS: kafka.brokers.join(','),
      KAFKA_TOPIC: this.topic,
      REDIS_URL: redis.url,
    };
  }

  async #startDatabase(): Promise<string> {
    this.database = await DataDirectory.create();
    this.#ending.push(() => this.database.remove());
    const postgres = await startEmbeddedPostgres({
      dataDirectory: this.database.path,
      log: silentLog,
      transport: 'tcp',
      settings: { max_connections: '200' },
    });
    this.#ending.push(() => postgres.stop());
    return postgres.connectionString;
  }

  async #startServices(): Promise<void> {
    const migrated = await this.run(['migrate']);
    if (migrated.code !== 0) throw new Error(`att migrate failed: ${migrated.stderr}`);
    for (const service of [...SERVICES, ...SERVICES]) {
      const port = await freePort();
      const name = `${service} ${this.of(service).length + 1}`;
      const att = await this.#start(service, port);
      this.members.push({ service, name, att });
      // Processes start one after another: eight at once take longer than one of them may.
      await att.ready();
    }
  }

  #start(service: ServiceName, port: number): Promise<Att> {
    return this.#processes.start([service], { ...this.#env, PORT: String(port) });
  }

  /** Runs a command of `att` against the cluster's servers. */
  run(args: string[]) {
    return this.#processes.run(args, this.#env);
  }

  of(service: ServiceName): Member[] {
    return this.members.filter((member) => member.service === service);
  }

  /** Process of a service, drawn by chance. */
  any(service: ServiceName): Member {
    return this.random.pick(this.of(service));
  }

  /** URL of one that runs, by chance: a client tries another when one does not answer. */
  urlOf(service: ServiceName): string {
    const running = this.of(service).filter(({ att }) => att.isRunning());
    return this.random.pick(running.length > 0 ? running : this.of(service)).att.url;
  }

  /** The one whose metrics say that it does the work of its kind. */
  async active(service: ServiceName, metric: RegExp): Promise<Member> {
    let found: Member | undefined;
    await until(`one ${service} says ${metric.source}`, async () => {
      const texts = await Promise.all(this.of(service).map(({ att }) => metricsOf(att)));
      found = this.of(service).find((_, index) => metric.test(texts[index] as string));
      return found !== undefined;
    });
    return found as Member;
  }

  async killAndRestart(member: Member, down: number): Promise<void> {
    await member.att.end('SIGKILL');
    await sleep(down);
    member.att = await this.#start(member.service, member.att.port);
  }

  async freezeFor(member: Member, milliseconds: number): Promise<void> {
    member.att.child.kill('SIGSTOP');
    await sleep(milliseconds);
    member.att.child.kill('SIGCONT');
  }

  /** Kills every process of PostgreSQL; its supervisor brings it back in the same place. */
  async killPostgres(): Promise<void> {
    const before = this.database.postmaster()?.pid;
    this.database.killPostgres();
    await until('PostgreSQL was started again', () => {
      const now = this.database.postmaster();
      return now !== undefined && now.pid !== before;
    });
  }

  /** Resolves once every process is ready. */
  async untilReady(): Promise<void> {
    await Promise.all(this.members.map(({ att }) => att.ready()));
  }

  async end(): Promise<void> {
    for (const { att } of this.members) att.child.kill('SIGCONT');
    await this.#processes.endAll();
    for (const end of this.#ending.reverse()) await end();
  }
}

const metricsOf = ({ url }: Att): Promise<string> =>
  fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2_000) }).then(
    (answer) => answer.text(),
    () => '',
  );
