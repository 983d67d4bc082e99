/** Processes of ingest that are killed and frozen: another one's relay goes on, and the topic has every acknowledged report. */
import { randomUUID } from 'node:crypto';
import { readConfig } from '@att/platform/config';
import {
  createTestDatabase,
  expectTopicHasLog,
  startStopwatch,
  type TestDatabase,
  until,
} from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Att, AttProcesses } from '../support/att.js';
import { post, report } from '../support/rest.js';

const brokers = inject('kafka')?.brokers ?? [];

/** Milliseconds that a take-over may take, and more on a busy machine. */
const TAKE_OVER = { kill: 5_000, freeze: 10_000 };
const BUSY = 4_000;

describe.skipIf(brokers.length === 0)('of several processes of ingest', () => {
  let processes: AttProcesses;
  let database: TestDatabase;
  let env: Record<string, string>;
  let owner: Att;
  let standby: Att;

  beforeEach(async () => {
    processes = new AttProcesses();
    database = await createTestDatabase();
    env = {
      DATABASE_URL: database.connectionString,
      KAFKA_BROKERS: brokers.join(','),
      KAFKA_TOPIC: `ingest-${randomUUID()}`,
      KAFKA_PARTITIONS: '3',
    };
    owner = await processes.start(['ingest'], env);
    await until('its relay is active', () => publishes(owner));
    standby = await processes.start(['ingest'], env);
    await standby.ready();
  });
  afterEach(async () => {
    await processes.endAll();
    await database.drop();
  });

  async function sendReports(to: Att, count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const words = report({ task_id: `task-${n % 7}`, message: `${n}`, status: 'running' });
      expect((await post(to.url, '/webhook/status', words)).status).toBe(202);
    }
  }

  const published = () =>
    until('the topic has the log', async () => {
      const { rows } = await database
        .pool()
        .query('SELECT h.position = r.position AS done FROM log.head h, log.relay r');
      return rows[0]?.done === true;
    });

  const topicHasLog = async () => {
    const { kafka } = readConfig(env);
    if (kafka === undefined) throw new Error('no brokers are configured');
    return expectTopicHasLog(kafka, database.pool());
  };

  it('another one’s relay follows within 5 s of a kill', async () => {
    await sendReports(owner, 50);
    const sending = sendReports(standby, 100);
    await owner.end('SIGKILL');
    const stop = startStopwatch();
    await until('the other is active', () => publishes(standby));
    expect(stop()).toBeLessThan(TAKE_OVER.kill + BUSY);
    await sending;
    await published();
    await topicHasLog();
  });

  it('another one’s relay follows within 10 s of a freeze, and the frozen one harms nothing when it goes on', async () => {
    const sending = sendReports(owner, 200);
    await sendReports(standby, 20);
    process.kill(owner.pid, 'SIGSTOP');
    const stop = startStopwatch();
    await until('the other is active', () => publishes(standby));
    expect(stop()).toBeLessThan(TAKE_OVER.freeze + BUSY);
    await sendReports(standby, 50);
    process.kill(owner.pid, 'SIGCONT');
    await sending;
    await sendReports(standby, 50);
    await until('the one that was frozen stands by', async () => !(await publishes(owner)));
    await published();
    await topicHasLog();
  });

  it('a topic with other partitions is refused at the start, in one sentence', async () => {
    const { code, stderr } = await processes.run(['ingest'], { ...env, KAFKA_PARTITIONS: '5' });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^att: the topic ingest-\S+ has 3 partitions and KAFKA_PARTITIONS is 5 .*: change it, or name another topic with KAFKA_TOPIC\n$/,
    );
  });
});

async function publishes({ url }: Att): Promise<boolean> {
  const metrics = await fetch(`${url}/metrics`).then(
    (answer) => answer.text(),
    () => '',
  );
  return /^att_relay_active 1$/m.test(metrics);
}
