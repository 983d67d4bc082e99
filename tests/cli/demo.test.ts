/** A fleet that plays against a running server, and one that brings its own. */
import type { Project, Task } from '@att/contracts';
import { createTcpProxy, createTestDatabase, type TestDatabase, until } from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Att, AttProcesses } from '../support/att.js';
import { DataDirectory } from '../support/data-directory.js';
import { read, readLog, readModels } from '../support/rest.js';

const processes = new AttProcesses();
let database: TestDatabase;
let server: Att;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await processes.start(['start'], { DATABASE_URL: database.connectionString });
  await server.ready();
});
afterAll(async () => {
  await server.end('SIGTERM');
  await processes.endAll();
  await database.drop();
});

const demo = (...args: string[]) => processes.start(['demo', ...args], { ATT_URL: server.url });
const SUMMARY =
  /^Sent ([\d,]+) reports in \d+ s \([\d.,]+\/s\), 0 refused; answered in [\d.,]+ ms \(p50\), [\d.,]+ ms \(p99\)\.\n$/;
const head = async () => (await readLog(server.url)).length;

describe('att demo', () => {
  it('plays the story of its seed, and prints a summary', async () => {
    const played = await processes.run(['demo', '--rate', '120', '--minutes', '0.05', '--seed', '7'], {
      ATT_URL: server.url,
    });
    expect([played.code, played.signal]).toEqual([0, null]);
    expect(played.stdout).toMatch(SUMMARY);
    expect(played.stderr).toContain(
      'A demo of 12 agents plays, 120 reports a second (--seed 7 plays it again).',
    );
    const log = await readLog(server.url);
    expect(log).toHaveLength(360);

    await processes.run(['demo', '--rate', '120', '--minutes', '0.05', '--seed', '7', '--url', server.url]);
    const again = (await readLog(server.url)).slice(360);
    // Agents do not wait for one another, so only the order of each agent's own reports is that of the story.
    expect(byAgent(again)).toEqual(byAgent(log));
  });

  it('leaves tasks of every kind behind', async () => {
    const { tasks, projects } = await readModels(server.url, await head());
    const statuses = new Set(tasks.map(({ status }) => status));
    expect([...statuses]).toEqual(expect.arrayContaining(['running', 'completed', 'failed']));
    expect(projects.length).toBeGreaterThan(3);
    expect(tasks.filter(({ stack_trace }: Task) => stack_trace !== null).length).toBeGreaterThan(0);
  });

  it('ends at Ctrl-C, twice at once as npm passes it on, with a summary', async () => {
    const before = await head();
    const playing = await demo('--agents', '3', '--rate', '50');
    await until('it plays', async () => (await head()) > before + 20);
    playing.child.kill('SIGINT');
    playing.child.kill('SIGINT');
    expect(await playing.ended).toEqual({ code: 0, signal: null });
    const sent = Number(SUMMARY.exec(playing.stdout())?.[1]?.replace(',', ''));
    expect(sent).toBe((await head()) - before);
  });

  it('waits for a server that is away, in one line, and loses and doubles nothing', async () => {
    const before = await head();
    const line = await createTcpProxy({ host: '127.0.0.1', port: server.port });
    const playing = await demo('--rate', '50', '--url', `http://127.0.0.1:${line.port}`);
    await until('it plays', async () => (await head()) > before + 20);
    line.down();
    await until('it notices', () => playing.stderr().includes('waiting for it'));
    line.restore();
    await until('it goes on', () => playing.stderr().includes('The server answers again.'));
    const resumedAt = await head();
    await until('it plays again', async () => (await head()) > resumedAt + 20);
    expect(await playing.end('SIGTERM')).toEqual({ code: 0, signal: null });
    await line.close();
    const sent = Number(SUMMARY.exec(playing.stdout())?.[1]?.replace(',', ''));
    expect(sent).toBe((await head()) - before);
    expect(playing.stderr().trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^A demo of/),
      'The server does not answer: waiting for it.',
      'The server answers again.',
    ]);
  });

  it('says at once when it cannot play', async () => {
    const key = await processes.run(['demo', '--rate', '0.01'], {
      ATT_URL: server.url,
      API_KEY: 'a-wrong-key-0123',
    });
    expect([key.code, key.stdout]).toEqual([1, '']);
    expect(key.stderr).toContain('does not know this API key');
    const away = await processes.run(['demo', '--url', 'http://127.0.0.1:1']);
    expect(away.stderr).toMatch(/\natt: no server answers at http:\/\/127\.0\.0\.1:1: [^\n]*\n$/);
  });

  it.each([
    ['--agents', '0'],
    ['--agents', '1.5'],
    ['--rate', '0'],
    ['--rate', 'fast'],
    ['--minutes', '-1'],
    ['--seed', '4294967296'],
  ])('refuses %s %s, and names it', async (option, value) => {
    const { code, stderr } = await processes.run(['demo', option, value]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(new RegExp(`^error: option '${option} .*\\d`))]);
  });
});

describe('att demo --start', () => {
  it('starts everything with the demo playing, and ends both at Ctrl-C', async () => {
    const directory = await DataDirectory.create();
    const all = await processes.start(['demo', '--start', '--rate', '40'], { DATA_DIR: directory.path });
    await until('it plays', async () => all.stderr().includes('A demo of 12 agents plays'));
    await until('it says where', () => all.stdout().includes(`URL       ${all.url}`));
    await until(
      'there is something to see',
      async () => (await read<Project[]>(all.url, '/api/projects')).length > 2,
    );
    expect(await all.end('SIGINT')).toEqual({ code: 0, signal: null });
    expect(all.stdout()).toMatch(/\nSent [\d,]+ reports in .*, 0 refused; answered in .*\n$/);
    expect(all.stderr()).not.toContain('waiting for it');
    expect(directory.postgres()).toEqual([]);
    await directory.remove();
  });
});

function byAgent(log: Awaited<ReturnType<typeof readLog>>): Record<string, unknown[]> {
  const reports: Record<string, unknown[]> = {};
  for (const { agent, type, data_text } of log) {
    const { duration_seconds, ...data } = JSON.parse(data_text ?? 'null');
    const before = reports[agent ?? ''] ?? [];
    reports[agent ?? ''] = [...before, [type, data]];
  }
  return reports;
}
