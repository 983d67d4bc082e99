import type { EventWithText } from '@att/contracts';
import { describe, expect, it } from 'vitest';
import { CSV_TITLES, csvLine } from './csv.js';

const event: EventWithText = {
  position: 7,
  event_id: '01890000-0000-7000-8000-000000000001',
  type: 'task.started',
  project: 'shop',
  task_id: 'task-1',
  agent: 'claude',
  occurred_at: null,
  recorded_at: '2026-01-31T12:00:00.000Z',
  actor: 'bootstrap',
  data_text: '{"task":"T"}',
  salt: '00'.repeat(16),
  data_hash: '11'.repeat(32),
  hash: '22'.repeat(32),
};
const cellOf = (project: string) =>
  csvLine({ ...event, project })
    .split('task.started,')[1]
    ?.split(',task-1')[0];

describe('an event as a line of CSV', () => {
  it('has a cell for each title, and quotes what needs it', () => {
    expect(CSV_TITLES.split(',')).toHaveLength(13);
    expect(csvLine(event)).toBe(
      `7,${event.event_id},task.started,shop,task-1,claude,,${event.recorded_at},bootstrap,"{""task"":""T""}",` +
        `${event.salt},${event.data_hash},${event.hash}\r\n`,
    );
  });

  it('leaves payload and salt empty once they were erased', () => {
    expect(csvLine({ ...event, data_text: null, salt: null })).toContain(`bootstrap,,,${event.data_hash}`);
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+49 30', "'+49 30"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['＝1', "'＝1"],
    ['  =1', "'  =1"],
    ['\u200b=1', "'\\u200b=1"],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['\t=1', `"'\t'=1"`],
    ['a\n=1', `"a\n'=1"`],
    ['a;=1', `"a;'=1"`],
    ['a=1', 'a=1'],
    ['a-b', 'a-b'],
    ['say "hi", all', '"say ""hi"", all"'],
  ])('makes no formula of %j', (project, expected) => {
    expect(cellOf(project)).toBe(expected);
  });
});
