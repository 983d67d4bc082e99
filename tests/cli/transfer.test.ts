/** Events out of one server and into another. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task } from '@att/contracts';
import type { LogEvent, ProvenEvent } from '@att/platform/event-log';
import { createPool } from '@att/platform/postgres';
import {
  createTestDatabase,
  erasePayload,
  printedSeed,
  silentLog,
  type TestDatabase,
  until,
} from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Att, AttProcesses, type Ran } from '../support/att.js';
import { createRandom } from '../support/random.js';
import { post, readLog, readModels, report } from '../support/rest.js';

const processes = new AttProcesses();
const databases: TestDatabase[] = [];
let directory: string;
let source: Att;
let target: Att;
let whole: string;

async function startServer(): Promise<Att> {
  const database = await createTestDatabase();
  databases.push(database);
  const server = await processes.start(['start'], { DATABASE_URL: database.connectionString });
  await server.ready();
  return server;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'att-transfer-'));
  source = await startServer();
  target = await startServer();
  await fill(source);
  whole = join(directory, 'whole.ndjson');
  await att(source, 'export', '--output', whole);
});
afterAll(async () => {
  await processes.endAll();
  for (const database of databases) await database.drop();
  await rm(directory, { recursive: true, force: true });
});

const att = (server: Att, ...args: string[]): Promise<Ran> =>
  processes.run(['events', ...args], { ATT_URL: server.url });
const file = (name: string) => join(directory, name);
const text = (name: string) => readFile(file(name), 'utf8');

/** Real reports, two thousand others, operators' acts, and a payload that is erased. */
async function fill({ url }: Att): Promise<void> {
  const fixtures = await readFile(new URL('../fixtures/webhooks.jsonl', import.meta.url), 'utf8');
  for (const line of fixtures.trimEnd().split('\n')) {
    const { path, body } = JSON.parse(line);
    expect((await post(url, path, body)).status).toBe(202);
  }
  const numbers = { timestamp: '2026-01-31T12:00:00Z', event_id: 'mine', progress: 1.5, type: 'status' };
  await post(url, '/webhook/status', report({ task_id: 'мои/числа', status: 'cancelled', ...numbers }));
  await post(url, '/api/projections/stats/pause', {});
  await post(url, '/api/projections/stats/resume', {});
  const items = ['start', ...Array(8).fill('status'), 'finish'].flatMap((type) =>
    Array.from({ length: 200 }, (_, at) => report({ type, task_id: `t${at}`, status: 'running' })),
  );
  await post(url, '/webhook/batch', items);
}

async function erase(position: number): Promise<void> {
  const { connectionString } = databases[0] as TestDatabase;
  const pool = createPool({ connectionString, role: undefined, max: 1, name: 'test', log: silentLog });
  await erasePayload(pool, position);
  await pool.end();
}

describe('att events export', () => {
  it('writes the whole log, with all that proves it', async () => {
    const lines = (await readFile(whole, 'utf8')).trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as ProvenEvent);
    expect(events).toEqual(await readLog(source.url));
    for (const { salt, data_text, data_hash } of events) {
      const hash = createHash('sha256')
        .update(Buffer.from(salt ?? '', 'hex'))
        .update(data_text ?? '');
      expect(hash.digest('hex')).toBe(data_hash);
    }
  });

  it('writes a range of positions, of one project, to standard output', async () => {
    const { code, stdout, stderr } = await att(
      source,
      'export',
      '--after',
      '2',
      '--until',
      '8',
      '--project',
      'my-app',
    );
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as ProvenEvent);
    expect(code).toBe(0);
    expect(events.map(({ position }) => position)).toEqual([4, 5, 6, 7, 8]);
    expect(stderr).toBe('Exported 5 events, up to position 8.\n');
  });

  it('goes on with a file that was cut off, wherever it was', async () => {
    const complete = await readFile(whole);
    const random = createRandom(printedSeed('an export that was cut off'));
    const firstLine = complete.indexOf('\n') + 1;
    for (const cut of [firstLine, random.between(firstLine, complete.length), complete.length]) {
      await writeFile(file('cut.ndjson'), complete.subarray(0, cut));
      const { code, stderr } = await att(source, 'export', '--output', file('cut.ndjson'), '--resume');
      expect([code, stderr]).toEqual([0, expect.stringMatching(/^Exported .* up to position/)]);
      expect((await readFile(file('cut.ndjson'))).equals(complete)).toBe(true);
    }
  });

  it('begins a file that is to be gone on with when there is none', async () => {
    await att(source, 'export', '--output', file('begun.ndjson'), '--resume', '--until', '3');
    expect((await text('begun.ndjson')).match(/\n/g)).toHaveLength(3);
  });

  it('overwrites nothing, and goes on with nothing that is not its own', async () => {
    expectRefusal(await att(source, 'export', '--output', whole), 'is there already');
    await writeFile(file('notes.txt'), 'my notes\n');
    const notes = await att(source, 'export', '--output', file('notes.txt'), '--resume');
    expectRefusal(notes, 'does not end with an exported event');
    expect(await text('notes.txt')).toBe('my notes\n');
    expectRefusal(await att(target, 'export', '--output', whole, '--resume'), 'is of another log');
    const other = await att(source, 'export', '--output', whole, '--resume', '--project', 'nobody');
    expectRefusal(other, 'has events of another project than nobody');
    expectRefusal(await att(source, 'export', '--output', file('no/where')), 'cannot write');
    expectRefusal(await att(source, 'export', '--until', '999999'), '999999');
  });

  it.each([
    ['--resume without a file', ['--resume']],
    ['--resume with a start', ['--resume', '--output', 'x', '--after', '1']],
    ['an end before the start', ['--after', '10', '--until', '5']],
    ['a position that is none', ['--after', '-1']],
    ['--resume with CSV', ['--resume', '--output', 'x', '--format', 'csv']],
  ])('refuses %s', async (_, args) => {
    expect((await att(source, 'export', ...args)).stderr).toMatch(/^error: .*--(resume|after)/);
  });

  it('takes the filters of the API', async () => {
    const events = await readLog(source.url);
    const exported = async (...args: string[]) => {
      const { code, stdout } = await att(source, 'export', ...args);
      expect(code).toBe(0);
      return stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as ProvenEvent).position);
    };
    const positions = (keep: (event: LogEvent) => boolean) =>
      events.filter(keep).map(({ position }) => position);
    expect(await exported('--task-id', 't7')).toEqual(positions(({ task_id }) => task_id === 't7'));
    expect(await exported('--type', 'projection.paused')).toEqual(
      positions(({ type }) => type === 'projection.paused'),
    );
    expect(await exported('--actor', 'nobody')).toEqual([]);
    expect(await exported('--occurred-to', '2026-01-31T12:00:00Z')).toEqual(
      positions(({ occurred_at }) => occurred_at !== null && occurred_at <= '2026-01-31T12:00:00.000Z'),
    );
    expect((await att(source, 'export', '--type', 'task.ended')).stderr).toMatch(/^error: .*task\.started/);
    expectRefusal(await att(source, 'export', '--from', 'yesterday'), 'from must be an RFC 3339 time');
  });

  it('says where the log ends when the start is behind that', async () => {
    const { length } = await readLog(source.url);
    const ran = await att(source, 'export', '--after', '999999');
    expectRefusal(ran, `the log ends at position ${length}, before --after 999999`);
  });
});

describe('att events import', () => {
  it('makes the same tasks, which keep their times, and adds nothing the second time', async () => {
    const events = await readLog(source.url);
    const others = events.filter(({ type }) => !type.startsWith('task.')).length;
    const first = await att(target, 'import', whole);
    expect(first.stdout).toBe(summary({ added: events.length - others, other: others }));
    expect([first.code, first.stderr]).toEqual([0, '']);
    const [before, after] = await Promise.all([models(source), models(target)]);
    expect(after).toEqual(before);

    const second = await att(target, 'import', whole);
    expect(second.stdout).toBe(summary({ present: events.length - others, other: others }));
    expect(await readLog(target.url)).toHaveLength(events.length - others);
  });

  it('goes on after a line', async () => {
    const ran = await att(target, 'import', whole, '--after-line', '2000');
    expect(ran.stdout).toMatch(/^0 added, (\d|\d\d) there already, 0 refused/);
  });

  it('lists what is refused, and imports the others', async () => {
    const good = JSON.stringify({ type: 'start', ...report({ project: 'bad lines' }) });
    const worse = JSON.stringify({ type: 'status', ...report({ status: 'x', progress: 101 }) });
    await writeFile(file('bad.ndjson'), ['', good, 'no', worse, good.slice(0, -9)].join('\n'));
    const { code, stdout, stderr } = await att(target, 'import', file('bad.ndjson'));
    expect([code, stdout]).toEqual([1, summary({ added: 1, refused: 3 })]);
    expect(stderr.split('\n')).toEqual([
      'line 3: is no JSON object',
      'line 4: /progress must be between 0 and 100.',
      'line 5: is no JSON object',
      '',
    ]);
    expect((await att(target, 'import', file('bad.ndjson'))).stdout).toBe(
      summary({ present: 1, refused: 3 }),
    );
    expectRefusal(await att(target, 'import', file('nothing')), 'cannot read');
  });

  it('leaves out what was erased', async () => {
    await erase(2);
    const { stdout } = await att(source, 'export', '--until', '3');
    expect(stdout).toContain('"data_text":null');
    await writeFile(file('erased.ndjson'), stdout);
    const ran = await att(target, 'import', file('erased.ndjson'));
    expect(ran.stdout).toBe(summary({ present: 2, erased: 1 }));
  });

  it('waits for a server that is started again meanwhile', async () => {
    const database = await createTestDatabase();
    databases.push(database);
    const env = { DATABASE_URL: database.connectionString };
    const first = await processes.start(['start'], env);
    await first.ready();
    const lines = (await readFile(whole, 'utf8')).trimEnd().split('\n');
    const importing = await processes.start(['events', 'import', '-'], { ATT_URL: first.url }, 'pipe');
    importing.child.stdin?.write(`${lines.slice(0, 1_200).join('\n')}\n`);
    await until('a batch is stored', async () => (await readLog(first.url)).length > 900);
    await first.end('SIGKILL');
    importing.child.stdin?.end(`${lines.slice(1_200).join('\n')}\n`);
    await until('it waits', () =>
      importing.stderr().includes('The server does not answer: waiting for it.\n'),
    );
    const again = await processes.start(['start'], { ...env, PORT: String(first.port) });
    expect(await importing.ended).toEqual({ code: 0, signal: null });
    expect(importing.stderr()).toContain('The server answers again.\n');
    expect((await models(again)).tasks).toEqual((await models(target, 'bad lines')).tasks);
    await again.end('SIGTERM');
  });

  it('ends at Ctrl-C, also while it waits for lines, and says how to go on', async () => {
    const importing = await processes.start(['events', 'import', '-'], { ATT_URL: target.url }, 'pipe');
    importing.child.stdin?.write(`no\n${await readFile(whole, 'utf8')}`);
    await until('a batch is done', () => importing.stderr() !== '');
    importing.child.kill('SIGINT');
    expect(await importing.ended).toEqual({ code: 130, signal: null });
    expect(importing.stderr()).toMatch(
      /^line 1: is no JSON object\nStopped: go on with --after-line [12]000, or from the start\.\n$/,
    );
  });
});

function summary(
  counts: Partial<Record<'added' | 'present' | 'refused' | 'other' | 'erased', number>>,
): string {
  const n = (name: keyof typeof counts) => (counts[name] ?? 0).toLocaleString('en');
  return (
    `${n('added')} added, ${n('present')} there already, ${n('refused')} refused, ` +
    `${n('other')} left out that are not of tasks, ${n('erased')} left out that were erased.\n`
  );
}

/** Events without the fields that differ in another log: positions, and recorded times. */
async function models({ url }: Att, without?: string) {
  const head = (await readLog(url)).length;
  const { tasks, stats } = await readModels(url, head);
  return { tasks: tasks.filter(({ project }) => project !== without).map(asHappened), stats };
}

function asHappened({ id, position, project_id, created_at, updated_at, ...task }: Task) {
  return task;
}

/** Expects one sentence, and no stack trace. */
function expectRefusal({ code, stdout, stderr }: Ran, words: string): void {
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^att: [^\n]*\n$/);
  expect(stderr).toContain(words);
}

// Last, as it adds an event to the target.
describe('att events export --format csv', () => {
  it('writes CSV that no spreadsheet runs', async () => {
    const evil = report({ project: 'csv', task_id: '=HYPERLINK("x")', agent: 'a\u202egnp.exe' });
    expect((await post(target.url, '/webhook/start', evil)).status).toBe(202);
    const { code, stdout } = await att(target, 'export', '--project', 'csv', '--format', 'csv');
    const [titles, line, end] = stdout.split('\r\n');
    expect([code, end]).toEqual([0, '']);
    expect(titles).toMatch(/^position,event_id,type,project,task_id,agent,/);
    expect(line).toContain(',task.started,csv,"\'=HYPERLINK(""x"")",a\\u202egnp.exe,,');
  });
});
