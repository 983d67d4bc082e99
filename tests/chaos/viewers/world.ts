/** World of viewers: a log that grows, and a realtime server that is killed and started again. */
import { type Appender, readLogIdentity, renewEpoch } from '@att/platform/event-log';
import {
  createTestAppender,
  createTestDatabase,
  freePort,
  newEvent,
  type TestDatabase,
} from '@att/platform/testing';
import { type Att, AttProcesses } from '../../support/att.js';

export class World {
  /** Project of each event, by position less one; null for events without a task. */
  readonly log: (string | null)[] = [];
  /** Every epoch that the log had, in order. */
  readonly epochs: string[] = [];
  /** Position up to which all events are committed. */
  head = 0;
  readonly #processes = new AttProcesses();
  #server: Att | undefined;

  private constructor(
    private readonly database: TestDatabase,
    private readonly appender: Appender,
    private readonly port: number,
  ) {}

  static async create(): Promise<World> {
    const database = await createTestDatabase();
    const { connectionString } = database;
    const appender = createTestAppender(connectionString);
    const world = new World(database, appender, await freePort());
    world.epochs.push((await readLogIdentity(database.pool())).epoch);
    return world;
  }

  get isUp(): boolean {
    return this.#server !== undefined;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** Positions after `from` up to `to` that a client of this project may see; undefined: all projects. */
  visible(from: number, to: number, project: string | undefined): number[] {
    const positions: number[] = [];
    for (let position = from + 1; position <= to; position++) {
      const of = this.log[position - 1];
      if (of !== null && of !== undefined && (project === undefined || of === project))
        positions.push(position);
    }
    return positions;
  }

  /** @param project null: an operator's event */
  async append(count: number, project: string | null): Promise<void> {
    const event =
      project === null
        ? newEvent({ type: 'key.created', project: null, taskId: null, agent: null })
        : newEvent({ project, taskId: `task-${this.log.length}` });
    // Recorded before the append: a viewer may get an event before the appender gets its answer.
    for (let i = 0; i < count; i++) this.log.push(project);
    await this.appender.append(Array.from({ length: count }, () => event));
    this.head += count;
  }

  async renewEpoch(): Promise<void> {
    this.epochs.push((await renewEpoch(this.database.pool())).epoch);
  }

  async startServer(): Promise<void> {
    this.#server = await this.#processes.start(['realtime'], {
      DATABASE_URL: this.database.connectionString,
      PORT: String(this.port),
    });
    await this.#server.ready();
  }

  async killServer(): Promise<void> {
    await this.#server?.end('SIGKILL');
    this.#server = undefined;
  }

  async end(): Promise<void> {
    await this.#processes.endAll();
    await this.appender.close();
    await this.database.drop();
  }
}
