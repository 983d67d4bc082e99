import { MAX_BODY_BYTES } from '@att/contracts';
import { describe, expect, it } from 'vitest';
import { toItem } from './to-item.js';

const event = {
  position: 7,
  event_id: '01890000-0000-7000-8000-000000000007',
  type: 'task.progressed',
  project: 'shop',
  task_id: 'task-1',
  agent: 'claude',
  occurred_at: null,
  recorded_at: '2026-01-31T12:00:00.000Z',
  actor: 'environment',
  salt: '0'.repeat(32),
  data_hash: '0'.repeat(64),
  hash: '0'.repeat(64),
};
const report = { type: 'start', project: 'shop', task: 'Discount', task_id: 'task-1', agent: 'claude' };

const read = (text: string, number = 1) => toItem({ number, bytes: Buffer.from(text) });
const itemOf = (text: string, number = 1): string => {
  const found = read(text, number);
  if (found?.kind !== 'item') throw new Error(`no item: ${JSON.stringify(found)}`);
  return found.item;
};

describe('an exported event', () => {
  it('becomes a report of the same kind and time, with a key of its own, and a payload as it was sent', () => {
    const data_text = '{"status":"running",\n"progress":10.0,"timestamp":null,"event_id":"k","type":"mine"}';
    expect(itemOf(JSON.stringify({ ...event, data_text }))).toBe(
      '{"type":"status","event_id":"import:01890000-0000-7000-8000-000000000007",' +
        '"timestamp":"2026-01-31T12:00:00.000Z","status":"running","progress":10.0}',
    );
  });

  it('keeps the time of its agent', () => {
    const occurred_at = '2026-01-30T12:00:00.000Z';
    const item = itemOf(JSON.stringify({ ...event, occurred_at, data_text: '{"a":1}' }));
    expect(JSON.parse(item)).toMatchObject({ timestamp: occurred_at, a: 1 });
  });

  it('may have its payload as JSON, as tail prints it', () => {
    const line = `${JSON.stringify(event).slice(0, -1)},"data":{"big":12345678901234567890, "x":"\\n"}}`;
    expect(itemOf(line)).toContain('"big":12345678901234567890,"x":"\\n"}');
  });

  it.each([
    ['is of another type', { ...event, type: 'projection.paused', data_text: '{}' }, 'other'],
    ['was erased', { ...event, data_text: null }, 'erased'],
    ['was erased, as tail prints it', { ...event, data: null }, 'erased'],
  ])('that %s is left out', (_, line, kind) => {
    expect(read(JSON.stringify(line))).toEqual({ kind });
  });
});

describe('a report', () => {
  it('with a key is sent as it stands', () => {
    const line = JSON.stringify({ ...report, event_id: 'k' }, null, ' ').replaceAll('\n', ' ');
    expect(itemOf(line)).toBe(line);
  });

  it('without a key gets that of its place, the same each time', () => {
    const line = JSON.stringify({ ...report, event_id: null });
    const [first, again, elsewhere] = [itemOf(line, 1), itemOf(line, 1), itemOf(line, 2)];
    expect(JSON.parse(first)).toEqual({
      ...report,
      event_id: expect.stringMatching(/^import:[0-9a-f]{64}$/),
    });
    expect(again).toBe(first);
    expect(elsewhere).not.toBe(first);
  });
});

describe('a line that is neither', () => {
  it('means nothing when it is blank', () => {
    expect([read(''), read(' \t\r')]).toEqual([undefined, undefined]);
  });

  it.each([
    ['half an event', JSON.stringify({ ...event, data_text: '{}' }).slice(0, -9), 'is no JSON object'],
    ['an array', '[]', 'is no JSON object'],
    ['an unknown type', '{"type":"begin"}', 'is neither an event nor a report'],
    ['an event without a payload', JSON.stringify(event), 'has no payload'],
    ['a payload of something else', JSON.stringify({ ...event, data_text: '[]' }), 'has no payload'],
    [
      'a payload that is too large',
      JSON.stringify({ ...event, data_text: JSON.stringify({ a: 'x'.repeat(MAX_BODY_BYTES) }) }),
      'has more than 1,048,576 bytes, which no report may have',
    ],
  ])('is refused: %s', (_, line, detail) => {
    expect(read(line)).toEqual({ kind: 'wrong', detail });
  });

  it('is refused when it is no UTF-8, or longer than any event', () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x7d]);
    expect(toItem({ number: 1, bytes })).toEqual({ kind: 'wrong', detail: 'is no JSON object' });
    expect(toItem({ number: 1, bytes: undefined })).toMatchObject({ kind: 'wrong' });
  });
});
