import type { Redis } from 'ioredis';
import type { Logger } from '../../logging/index.js';
import { Counter, Gauge, type Registry } from '../../metrics/index.js';
import { withTimeLimit } from '../../time/index.js';
import { SharedStateUnavailableError } from '../shared-state.js';
import { Availability } from './availability.js';
import { addressOf, connectionOptions } from './connection-options.js';

export interface RedisConnectionOptions {
  url: string;
  /** PEM file of the authority that signed the server's certificate. */
  caFile?: string | undefined;
  log: Logger;
  metrics: Registry;
}

/** Milliseconds that a start waits for Redis, so that its first requests find it. */
const START_TIMEOUT = 1_000;

/** Connection that comes back by itself, for ever, and over which no command waits for that. */
export class RedisConnection {
  readonly #client: Redis;
  readonly #availability: Availability;
  readonly #failures: Counter;
  /** True once Redis has refused our database: the client goes on in database 0, which may be another installation's. */
  #isInWrongDatabase = false;

  private constructor(client: Redis, { url, log, metrics }: RedisConnectionOptions) {
    const availability = new Availability(addressOf(url), log);
    this.#availability = availability;
    this.#client = client;
    this.#client
      .on('connecting', () => {
        this.#isInWrongDatabase = false;
      })
      .on('ready', () => {
        if (!this.#isInWrongDatabase) availability.up();
      })
      .on('error', (error: Error) => this.#failed(error))
      .on('close', () => {
        // An error has said more.
        if (availability.isUp) availability.down('the connection was lost');
      });
    const registers = [metrics];
    new Gauge({
      name: 'att_shared_state_up',
      help: '1 while Redis can be used, 0 while replicas share nothing',
      registers,
      collect() {
        this.set(availability.isUp ? 1 : 0);
      },
    });
    this.#failures = new Counter({
      name: 'att_shared_state_failures_total',
      help: 'Commands that Redis did not answer in time, or refused',
      registers,
    });
  }

  /** Resolves once Redis answers or has had its time: a start does not hang on it. */
  static async open(options: RedisConnectionOptions): Promise<RedisConnection> {
    // Loaded here, as it takes 18 MiB and a tenth of a second of a start.
    const { Redis } = await import('ioredis');
    const client = new Redis(connectionOptions(options.url, options.caFile));
    const connection = new RedisConnection(client, options);
    const connected = connection.#client.connect().catch(() => {});
    await withTimeLimit(START_TIMEOUT, connected, () => {});
    connection.#availability.write();
    return connection;
  }

  /**
   * Runs a script on one key, as one atomic operation.
   *
   * @throws SharedStateUnavailableError
   */
  async run(script: string, key: string, ...values: (string | number)[]): Promise<unknown> {
    try {
      const answer = await this.#client.eval(script, 1, key, ...values);
      if (!this.#availability.isUp) this.#availability.up();
      return answer;
    } catch (error) {
      this.#failures.inc();
      // A lost connection has said why already.
      if (this.#client.status === 'ready' && !this.#isInWrongDatabase)
        this.#availability.down(reasonOf(error as Error));
      throw new SharedStateUnavailableError(`Redis cannot be used: ${reasonOf(error as Error)}`);
    }
  }

  async close(): Promise<void> {
    this.#availability.close();
    this.#client.removeAllListeners();
    this.#client.on('error', () => {});
    this.#client.disconnect();
  }

  #failed(error: Error): void {
    // Everything else that goes wrong over this connection follows from that.
    if (this.#isInWrongDatabase) return;
    this.#availability.down(reasonOf(error));
    if (commandOf(error) !== 'select') return;
    this.#isInWrongDatabase = true;
    this.#client.disconnect(true);
  }
}

/** The first line alone, without arguments of a command, which may be a password: a server repeats those of one that it does not know. */
function reasonOf(error: NodeJS.ErrnoException): string {
  return (error.message || error.code || 'no answer').split(/\n|, with args/)[0] as string;
}

const commandOf = (error: Error) => (error as { command?: { name?: string } }).command?.name;
