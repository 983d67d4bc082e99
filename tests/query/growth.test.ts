/** Size of what is kept of a task: it grows with what each report sends, and not with what earlier reports sent. */
import { type Metadata, mergeMetadata } from '@att/contracts';
import type { NewEvent } from '@att/platform/event-log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answered } from './support/answers.js';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';
import { failed, progressed, started } from './support/reports.js';

const KIB = 1024;
const MIB = KIB * KIB;

let world: QueryWorld;
beforeEach(async () => {
  world = await createQueryWorld();
  world.startProjecting();
});
afterEach(() => world.close());

/** @returns bytes by which the tables and indexes of tasks have grown */
async function growthBy(events: readonly NewEvent[]): Promise<number> {
  const before = await bytesOfTasks();
  let head = 0;
  for (let first = 0; first < events.length; first += 20)
    head = await world.append(...events.slice(first, first + 20));
  await world.projected(head);
  return (await bytesOfTasks()) - before;
}

async function bytesOfTasks(): Promise<number> {
  const { rows } = await world.sql.query(
    `SELECT coalesce(sum(pg_total_relation_size(oid)), 0) AS bytes FROM pg_class
     WHERE relnamespace = 'projection'::regnamespace AND relkind = 'r' AND relname ~ '^task'`,
  );
  return Number(rows[0].bytes);
}

/** Random, so that compression hides nothing. */
const noise = (bytes: number) =>
  Array.from({ length: bytes / 8 }, () => Math.random().toString(36).slice(2, 10).padEnd(8, 'x')).join('');

const statuses = (count: number, fields: (n: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, n) => progressed({}, { status: `on ${n % 3}`, ...fields(n) }));

describe('what is kept of a task', () => {
  it('of many small reports that add metadata is no multiple of all of it', async () => {
    const grown = await growthBy(statuses(2_000, (n) => ({ metadata: { [`step-${n}`]: noise(24) } })));
    expect(grown).toBeLessThan(4 * MIB);
  });

  it('of half a MiB of metadata is not kept again with each of 300 statuses after it', async () => {
    const large = statuses(10, (n) => ({ metadata: { [`part-${n}`]: noise(48 * KIB) } }));
    const grown = await growthBy([...large, ...statuses(300, (n) => ({ metadata: { n } }))]);
    expect(grown).toBeLessThan(2 * MIB);
  });

  it('of a long message is not kept again with each of 300 statuses after it', async () => {
    const grown = await growthBy([progressed({}, { message: noise(512 * KIB) }), ...statuses(300)]);
    expect(grown).toBeLessThan(3 * MIB);
  });

  it('of a long end is not kept again with each change after it', async () => {
    const end = failed(
      {},
      { error_type: 'E', error_message: noise(256 * KIB), stack_trace: noise(256 * KIB) },
    );
    // Reports that happened before the end: each changes the title, and takes nothing of the end back.
    const late = Array.from({ length: 300 }, (_, n) => ({
      ...started({}, { task: `Title ${n}` }),
      occurredAt: '2020-01-01T00:00:00.000Z',
    }));
    expect(await growthBy([started(), end, ...late])).toBeLessThan(3 * MIB);
  });
});

describe('metadata that is kept by its changes', () => {
  it('is at each position what the reports up to there come to', async () => {
    let merged: Metadata = {};
    const expected: string[] = [];
    const reports = Array.from({ length: 400 }, (_, n) => {
      const large = n % 90 === 50 ? { [`large-${n}`]: noise(20 * KIB) } : {};
      const metadata = JSON.parse(`{"key-${n % 40}":${n % 80},"__proto__":${n}}`);
      const sent = n % 7 === 3 ? undefined : { ...metadata, ...large };
      merged = mergeMetadata(merged, sent).metadata;
      expected.push(JSON.stringify(merged));
      return progressed({}, { status: 'on', metadata: sent });
    });
    await growthBy(reports.slice(0, 150));
    // A projector that is restarted reads its state from the tables.
    await world.stopProjecting();
    world.startProjecting();
    await growthBy(reports.slice(150));
    for (let position = 1; position <= 400; position += 19) {
      const task = answered('getTask', await world.get(`/api/tasks/task-1?as_of=${position}`));
      expect(JSON.stringify(task.metadata), `at ${position}`).toBe(expected[position - 1]);
      expect(task.metadata_truncated, `at ${position}`).toBe(position > 320);
    }
    const { rows } = await world.sql.query(
      `SELECT id FROM projection.generations WHERE projection = 'tasks' AND state = 'active'`,
    );
    const counted = await world.sql.query(
      `SELECT max(n) AS most FROM (SELECT count(*) AS n FROM projection.task_metadata_g${rows[0].id} GROUP BY id, whole_from) counted`,
    );
    expect(counted.rows[0].most).toBeLessThanOrEqual(257);
  });
});
