import { eventSchema, eventWithTextSchema } from '@att/contracts';
import { describe, expect, it } from 'vitest';
import { type EventRow, eventJson } from './event-row.js';

const row: EventRow = {
  position: 1,
  event_id: '01890000-0000-7000-8000-000000000001',
  type: 'task.started',
  project: 'a "quoted" \\ name',
  task_id: 'task',
  agent: 'claude',
  occurred_at: null,
  recorded_at: '2026-01-31T12:00:00.000Z',
  actor: 'bootstrap',
  data_text: '{"n":1.0,\n "big":123456789012345678901234567890}',
  salt: '00'.repeat(16),
  data_hash: '11'.repeat(32),
  hash: '22'.repeat(32),
};

describe('the JSON of an event', () => {
  it('has the payload as it was sent', () => {
    const json = eventJson(row, 'json');
    expect(json).toContain(`"data":${row.data_text},`);
    expect(eventSchema.strict().parse(JSON.parse(json))).toMatchObject({ project: row.project });
  });

  it('has it as text on demand', () => {
    const event = eventWithTextSchema.strict().parse(JSON.parse(eventJson(row, 'text')));
    expect(event.data_text).toBe(row.data_text);
  });

  it('has null once it was erased', () => {
    const erased = { ...row, data_text: null, salt: null };
    expect(JSON.parse(eventJson(erased, 'json'))).toMatchObject({ data: null, salt: null });
    expect(JSON.parse(eventJson(erased, 'text'))).toMatchObject({ data_text: null });
  });
});
