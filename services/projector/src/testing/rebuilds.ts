/** Words of tests of rebuilds: a fleet's reports, and what comes of them in the register. */
import type { Comparison } from '@att/contracts';
import type { NewEvent } from '@att/platform/event-log';
import { newEvent, WAIT_LIMIT } from '@att/platform/testing';
import { expect, vi } from 'vitest';
import { PROJECTIONS } from '../projections/index.js';
import type { ProjectorWorld, RegisterRow } from './projector-world.js';

let reported = 0;

/** A fleet's reports: starts, progress, finishes, in some projects. */
export function reports(count: number): NewEvent[] {
  return Array.from({ length: count }, () => {
    const n = reported++;
    const [task, step] = [Math.floor(n / 30) * 10 + (n % 10), Math.floor(n / 10) % 3];
    const payload = { task: `Title ${task}`, status: 'running', message: `Step ${n}`, metadata: { n } };
    return newEvent({
      type: (['task.started', 'task.progressed', 'task.finished'] as const)[step] as string,
      project: `project-${task % 3}`,
      taskId: `task-${task}`,
      agent: `agent-${task % 4}`,
      payload: Buffer.from(JSON.stringify(payload)),
    });
  });
}

/** @param world of the test that is running */
export function watching(world: () => ProjectorWorld) {
  const row = async (id: number) => (await world().register()).find((one) => one.id === id) as RegisterRow;
  const activeOf = async (projection: string) =>
    (await world().register()).find(
      (one) => one.projection === projection && one.state === 'active',
    ) as RegisterRow;
  const untilStates = (ids: readonly number[], state: string) =>
    vi.waitFor(async () => {
      const states = await Promise.all(ids.map(async (id) => (await row(id)).state));
      expect(states).toEqual(ids.map(() => state));
    }, WAIT_LIMIT);
  const head = async () =>
    (await world().sql.query('SELECT position FROM log.head')).rows[0].position as number;
  const untilProjected = async () => {
    const position = await head();
    await vi.waitFor(async () => {
      const positions = (await world().register()).filter(({ state }) => state === 'active');
      expect(positions).toHaveLength(PROJECTIONS.length);
      expect(Math.min(...positions.map((one) => one.position))).toBeGreaterThanOrEqual(position);
    }, WAIT_LIMIT);
  };
  /** A projector that has come and gone. */
  const projectAndStop = async (count: number) => {
    await world().append(reports(count));
    const { projector } = world().start();
    await untilProjected();
    await projector.stop();
  };
  const comparisonOf = async (id: number) =>
    JSON.parse((await row(id)).comparison ?? 'null') as Comparison | null;
  const tablesOf = async (id: number) =>
    (await world().sql.query('SELECT FROM pg_tables WHERE tablename LIKE $1', [`%\\_g${id}`])).rowCount;
  return { row, activeOf, untilStates, untilProjected, projectAndStop, comparisonOf, tablesOf };
}
