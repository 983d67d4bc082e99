/** A projector with faults on a real database, its blocked tasks, and operators' commands on them. */
import { deadLetterEvent, type NewEvent } from '@att/platform/event-log';
import type { ProjectionName } from '@att/platform/projections';
import { newEvent, WAIT_LIMIT } from '@att/platform/testing';
import { expect, vi } from 'vitest';
import type { Projection } from '../fold/projection.js';
import { PROJECTIONS } from '../projections/index.js';
import { Poison } from './poison.js';
import { createProjectorWorld, type ProjectorWorld } from './projector-world.js';
import { readLog, readTables, tablesOfFold } from './tables-of-fold.js';

export interface StoredDeadLetter {
  id: number;
  projection: ProjectionName;
  generation: number;
  project: string;
  task_id: string;
  position: number;
  error_name: string;
  error_message: string;
  queued: number;
  attempts: number;
  state: string;
}

export class PoisonedWorld {
  readonly poison = new Poison();

  private constructor(readonly base: ProjectorWorld) {}

  static async create(): Promise<PoisonedWorld> {
    return new PoisonedWorld(await createProjectorWorld());
  }

  start() {
    return this.base.start(this.poison.in(PROJECTIONS));
  }

  async head(): Promise<number> {
    return (await this.base.sql.query('SELECT position FROM log.head')).rows[0].position;
  }

  /** Resolves when all active generations have the whole log. */
  async untilProjected(): Promise<void> {
    // Asked each time: a switch that the projector does by itself is an event, too.
    await vi.waitFor(async () => {
      const position = await this.head();
      const active = (await this.base.register()).filter(({ state }) => state === 'active');
      expect(active.map((one) => one.position)).toEqual(PROJECTIONS.map(() => position));
    }, WAIT_LIMIT);
  }

  /** Appends reports, and waits until they are projected. */
  async report(count: number): Promise<void> {
    await this.base.append(reports(count));
    await this.untilProjected();
  }

  async activeOf(name: string): Promise<number> {
    const generations = await this.base.register();
    return generations.find(({ projection, state }) => projection === name && state === 'active')
      ?.id as number;
  }

  async deadLetters(): Promise<StoredDeadLetter[]> {
    const { rows } = await this.base.sql.query<StoredDeadLetter>(
      `SELECT d.*, g.projection FROM projection.dead_letters d JOIN projection.generations g ON g.id = d.generation
       ORDER BY g.state, d.position, g.projection`,
    );
    return rows;
  }

  async deadLetterOf(name: ProjectionName): Promise<StoredDeadLetter> {
    return (await this.deadLetters()).find(({ projection }) => projection === name) as StoredDeadLetter;
  }

  /** Records a command as the operator API does. @returns its position */
  async command(verb: 'retry' | 'skip', { id, ...deadLetter }: StoredDeadLetter): Promise<number> {
    await this.base.sql.query('UPDATE projection.dead_letters SET state = $2 WHERE id = $1', [id, verb]);
    const { projection, generation, project, task_id, position } = deadLetter;
    const named = { dead_letter: id, projection, generation, project, task_id, position };
    const type = verb === 'retry' ? 'dead_letter.retried' : 'dead_letter.skipped';
    await this.base.append([deadLetterEvent(type, 'operator', named)]);
    return this.head();
  }

  /** Records a command, and waits until it is carried out. */
  async resolve(verb: 'retry' | 'skip', deadLetter: StoredDeadLetter): Promise<number> {
    const position = await this.command(verb, deadLetter);
    await this.untilProjected();
    return position;
  }

  /** Every projection has the tables that it has without the events of blocked tasks, from their dead letters on. */
  async expectFolds(): Promise<void> {
    const log = await readLog(this.base.sql);
    const blocked = await this.deadLetters();
    for (const projection of PROJECTIONS) {
      const generation = await this.activeOf(projection.name);
      const its = blocked.filter((deadLetter) => deadLetter.generation === generation);
      const fold = await tablesOfFold(projection, log, (event) =>
        its.every(
          ({ project, task_id, position }) =>
            event.project !== project || event.task_id !== task_id || event.position < position,
        ),
      );
      expect(await readTables(this.base.sql, generation), projection.name).toEqual(fold);
    }
  }
}

/** The nth task has the events n, n + 10, n + 20 and so on. */
export function reports(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, n) => {
    const step = Math.floor(n / 10);
    return newEvent({
      type: ['task.started', 'task.progressed', 'task.progressed', 'task.finished'][step % 4] as string,
      project: `project-${(n % 10) % 3}`,
      taskId: `task-${(n % 10) + 1}`,
      agent: `agent-${(n + step) % 4}`,
      payload: { task: `Title ${step}`, status: 'running', message: `Step ${n}`, metadata: { step } },
    });
  });
}

export const projectionOf = (name: string): Projection =>
  PROJECTIONS.find((projection) => projection.name === name) as Projection;
