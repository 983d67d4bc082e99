/** `att projections rebuild` while it watches: the test plays the projector, and so decides what becomes of a build. */
import { createTcpProxy, type TcpProxy, until } from '@att/platform/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  API_KEY,
  createOperatorWorld,
  type OperatorWorld,
} from '../../services/projector/src/operator-api/testing/operator-world.js';
import { type Att, AttProcesses } from '../support/att.js';

const processes = new AttProcesses();
let world: OperatorWorld;
let line: TcpProxy;
beforeEach(async () => {
  world = await createOperatorWorld();
  line = await createTcpProxy({ host: '127.0.0.1', port: world.port });
});
afterEach(async () => {
  await line.close();
  await world.close();
});
afterAll(() => processes.endAll());

async function rebuild(...args: string[]): Promise<Att> {
  const ATT_URL = `http://127.0.0.1:${line.port}`;
  const watching = await processes.start(['projections', 'rebuild', ...args], { ATT_URL, API_KEY });
  await until('it watches', () => watching.stderr().includes('agents: '));
  return watching;
}

async function become(columns: string, ...values: unknown[]): Promise<void> {
  await world.sql.query(
    `UPDATE projection.generations SET ${columns} WHERE state IN ('building', 'ready')`,
    values,
  );
}

const serve = async () => {
  await world.sql.query(
    "UPDATE projection.generations SET state = 'retired' WHERE state = 'active' AND id = 3",
  );
  await become("state = 'active'");
};

const COMPARISON = {
  with: 3,
  position: 1_200,
  equal: false,
  tables: [
    {
      table: 'agents',
      rows: 4,
      active_rows: 3,
      checksum: 'aa11bb22cc33dd44',
      active_checksum: 'ee55',
      differing_rows: 1,
    },
    {
      table: 'agent_projects',
      rows: 9,
      active_rows: 9,
      checksum: 'same',
      active_checksum: 'same',
      differing_rows: null,
    },
  ],
};

describe('a rebuild that is watched', () => {
  it('ends when the generation is active, and shows what differs', async () => {
    const watching = await rebuild('agents');
    expect(watching.stderr()).toBe('agents: 0 of 1\n');
    await become('comparison = $1', JSON.stringify(COMPARISON));
    await serve();
    expect(await watching.ended).toEqual({ code: 0, signal: null });
    expect(watching.stdout().split('\n')).toEqual([
      'agents: generation 6 serves now.',
      '',
      'agents: generation 6 differs from generation 3, at position 1,200',
      'TABLE           ROWS  ROWS BEFORE  CHECKSUM      CHECKSUM BEFORE  DIFFERING ROWS',
      'agents             4            3  aa11bb22cc33  ee55                          1',
      'agent_projects     9            9  same          same                          0',
      '',
    ]);
  });

  it('fails as the build does, and says why', async () => {
    const watching = await rebuild('agents');
    await become("state = 'failed', error = 'the disk is full'");
    expect(await watching.ended).toEqual({ code: 1, signal: null });
    expect(watching.stdout()).toBe('agents: generation 6 failed: the disk is full.\n');
  });

  it('fails when somebody cancels it', async () => {
    const watching = await rebuild('agents');
    await world.post('/api/projections/agents/cancel');
    expect(await watching.ended).toEqual({ code: 1, signal: null });
    expect(watching.stdout()).toBe('agents: generation 6 was cancelled.\n');
  });

  it('ends when it waits for its switch', async () => {
    const watching = await rebuild('agents', '--hold');
    await become("state = 'ready'");
    expect(await watching.ended).toEqual({ code: 0, signal: null });
    expect(watching.stdout()).toContain('is ready: att projections switch agents lets it serve');
  });

  it('ends when its dry run was dropped, with what was found', async () => {
    const watching = await rebuild('agents', '--dry-run', '--json');
    await become("state = 'cancelled', comparison = $1", JSON.stringify(COMPARISON));
    expect(await watching.ended).toEqual({ code: 0, signal: null });
    expect(JSON.parse(watching.stdout())).toMatchObject({ id: 6, dry_run: true, comparison: COMPARISON });
  });

  it('of all is watched together, and fails when one does', async () => {
    const watching = await rebuild('--all');
    await world.sql.query(
      "UPDATE projection.generations SET state = 'failed', error = 'broken' WHERE id = 8",
    );
    await world.sql.query("UPDATE projection.generations SET state = 'retired' WHERE state = 'active'");
    await become("state = 'active'");
    expect(await watching.ended).toEqual({ code: 1, signal: null });
    expect(watching.stdout().match(/serves now/g)).toHaveLength(4);
    expect(watching.stdout()).toContain('agents: generation 8 failed: broken.');
  });

  it('goes on when it is left with Ctrl-C', async () => {
    const watching = await rebuild('agents');
    expect(await watching.end('SIGINT')).toEqual({ code: 130, signal: null });
    expect(watching.stderr()).toContain('The rebuild goes on');
    const { body } = await world.get('/api/projections');
    expect(body[2].generations[0]).toMatchObject({ id: 6, state: 'building' });
  });

  it('is still watched when the server was away for a moment', async () => {
    const watching = await rebuild('agents');
    line.down();
    await until('it notices', () => watching.stderr().includes('The server does not answer'));
    line.restore();
    await serve();
    expect(await watching.ended).toEqual({ code: 0, signal: null });
    expect(watching.stdout()).toBe('agents: generation 6 serves now.\n');
  });
});
