import type { LogEvent } from '@att/platform/event-log';
import { describe, expect, it } from 'vitest';
import { storedSlice } from '../testing/deliver.js';
import { splitAtCommands } from './split-at-commands.js';

const event = (position: number, type = 'task.started', data: object | null = {}) =>
  ({ position, type, data_text: data === null ? null : JSON.stringify(data) }) as LogEvent;
const command = (position: number, verb: 'retried' | 'skipped', generation: number) =>
  event(position, `dead_letter.${verb}`, {
    dead_letter: 1,
    projection: 'tasks',
    generation,
    project: 'shop',
    task_id: 'task',
    position: 1,
  });

const cut = (...events: LogEvent[]) =>
  splitAtCommands(storedSlice(events), new Set([1, 2])).map(({ events: its, position, command }) => [
    its.map((one) => one.position),
    position,
    command?.verb,
  ]);

describe('a batch', () => {
  it('is cut before and behind each command on a dead letter of a generation that is written', () => {
    expect(cut(event(1), command(2, 'retried', 1), event(3), event(4))).toEqual([
      [[1], 1, undefined],
      [[2], 2, 'retry'],
      [[3, 4], 4, undefined],
    ]);
    expect(cut(command(1, 'skipped', 2), command(2, 'retried', 1))).toEqual([
      [[1], 1, 'skip'],
      [[2], 2, 'retry'],
    ]);
  });

  it('stays whole where commands are on dead letters of others, or were erased', () => {
    const events = [event(1), command(2, 'retried', 3), event(3, 'dead_letter.retried', null), event(4)];
    expect(cut(...events)).toEqual([[[1, 2, 3, 4], 4, undefined]]);
  });
});
