/** A disk that is full: reports are refused for now, nothing is half-stored, and all goes on once there is space. */
import { setTimeout as sleep } from 'node:timers/promises';
import { timed, until } from '@att/platform/testing';
import { afterAll, expect, it } from 'vitest';
import { type Att, AttProcesses } from '../support/att.js';
import { DataDirectory } from '../support/data-directory.js';
import { type Accepted, type Answer, get, post, readLog, report } from '../support/rest.js';
import { SmallDisk } from '../support/small-disk.js';

/** A new cluster takes 60; PostgreSQL's log of writes has segments of 16. */
const MEGABYTES = 160;
const LEFT = 4;
/** Milliseconds within which a report must be refused: the disk cannot be waited for. */
const QUICKLY = 5_000;
/** Milliseconds; a write that takes longer has met the full disk. */
const WRITE_TIME = 2_000;

const disk = SmallDisk.mount(MEGABYTES);
if (disk === undefined) console.warn('SKIPPED: the full disk is not tested, as this user may not mount one');

const processes = new AttProcesses();
afterAll(async () => {
  await processes.endAll();
  if (disk === undefined) return;
  await DataDirectory.at(disk.dataDirectory).remove();
  disk.unmount();
});

it.skipIf(disk === undefined)(
  'refuses reports with 503 while the disk is full, and goes on by itself',
  async () => {
    const small = disk as SmallDisk;
    const server = await processes.start(['start'], { DATA_DIR: small.dataDirectory });
    await server.ready();
    const { body: first } = await post(server.url, '/webhook/start', report());
    expect(first.position).toBe(1);

    small.fill(LEFT);
    const { accepted, unanswered } = await sendUntilFull(server);
    for (let n = 0; n < 10; n++) {
      // A small one may still fit, into a page that is there.
      const { result, took } = await timed(post(server.url, '/webhook/start', largeReport(`refused-${n}`)));
      expectRefusal(result);
      expect(took).toBeLessThan(QUICKLY);
      expect([200, 503]).toContain((await get(server.url, '/api/stats')).status);
      await sleep(50);
    }
    expect(server.isRunning()).toBe(true);

    small.free();
    const late = await unanswered;
    if (late?.answer.status === 202) accepted.push(late.taskId);
    else if (late !== undefined) expectRefusal(late.answer);
    await until('a report is accepted again', async () => {
      const answer = await post(server.url, '/webhook/start', report({ task_id: 'after' }));
      if (answer.status !== 202) expectRefusal(answer);
      return answer.status === 202;
    });
    await server.ready();

    const log = await readLog(server.url);
    expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1));
    expect(log.map(({ task_id }) => task_id)).toEqual(['task-1', ...accepted, 'after']);
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    const verified = await processes.run(['events', 'verify'], { DATA_DIR: small.dataDirectory });
    expect(verified.stdout).toContain(
      `The chain holds: ${log.length.toLocaleString('en')} events verified.\n`,
    );
  },
);

function expectRefusal({ status, headers, body }: Answer<object>): void {
  expect({ status, body }).toMatchObject({ status: 503 });
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
}

interface LargeReport {
  taskId: string;
  answer: Answer<Accepted>;
}

interface Filled {
  /** Ids of the tasks whose reports were accepted. */
  accepted: string[];
  /** The report that was being written when PostgreSQL gave up: its answer waits until it is known. */
  unanswered: Promise<LargeReport> | undefined;
}

async function sendUntilFull(server: Att): Promise<Filled> {
  const accepted: string[] = [];
  for (let n = 0; ; n++) {
    const taskId = `large-${n}`;
    const sending = post(server.url, '/webhook/start', largeReport(taskId)).then((answer) => ({
      taskId,
      answer,
    }));
    const answered = await Promise.race([sending, sleep(WRITE_TIME)]);
    if (answered === undefined) return { accepted, unanswered: sending };
    if (answered.answer.status !== 202) {
      expectRefusal(answered.answer);
      return { accepted, unanswered: undefined };
    }
    accepted.push(taskId);
  }
}

function largeReport(taskId: string) {
  return report({ task_id: taskId, metadata: { text: noise() } });
}

/** Half a megabyte that does not compress. */
function noise(): string {
  return Array.from({ length: 50_000 }, () => Math.random().toString(36).slice(2, 12)).join('');
}
