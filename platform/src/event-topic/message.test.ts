import fc from 'fast-check';
import { expect, it } from 'vitest';
import { printedSeed } from '../testing/index.js';
import { decodeMessage, encodeMessage, MAX_VALUE_BYTES, messageKey, type TopicEvent } from './message.js';
import { OPERATORS_PARTITION, partitionOf } from './partition-of.js';
import { TOPIC_EVENT } from './testing/messages.js';

const PLACE = { epoch: '0198a000-0000-4000-8000-000000000002', prev: 41 };

/** The event as readers get it: proofs aside. */
function read({ data_hash: _, hash: __, ...event }: TopicEvent) {
  return event;
}

it('gives an event back as the log has it, whatever its texts are', () => {
  const text = fc.string({ unit: 'binary' });
  const orNull = fc.option(text);
  fc.assert(
    fc.property(
      fc.record({ project: orNull, task_id: orNull, agent: orNull, actor: text, payload: fc.object() }),
      fc.option(fc.constant('2026-01-31T12:00:00.000Z')),
      ({ payload, ...texts }, occurred_at) => {
        const event = { ...TOPIC_EVENT, ...texts, occurred_at, data_text: JSON.stringify(payload) };
        const message = decodeMessage(encodeMessage(event, PLACE));
        expect(message).toEqual({ ...PLACE, hash: event.hash, hasData: true, event: read(event) });
      },
    ),
    { seed: printedSeed('messages of the topic') },
  );
});

it.each([',"data":', '","data":{"x":1}}', '\\","data":', '\u0000\\u0022'])(
  'is not misled by a text such as %j in an attribute',
  (words) => {
    const event = {
      ...TOPIC_EVENT,
      project: words,
      agent: words,
      data_text: JSON.stringify({ data: words }),
    };
    expect(decodeMessage(encodeMessage(event, PLACE)).event).toEqual(read(event));
  },
);

it('tells names apart that begin alike, message after message', () => {
  for (const name of ['a', 'ab', 'a', '', 'abc', 'ab', '"', 'ab', 'ж', 'a\\', 'a']) {
    const event = { ...TOPIC_EVENT, project: name, task_id: name, agent: name };
    expect(decodeMessage(encodeMessage(event, PLACE)).event).toEqual(read(event));
  }
});

it('reads messages of another order of attributes, too, as a producer in between may write them', () => {
  const { position, ...others } = JSON.parse(encodeMessage(TOPIC_EVENT, PLACE).toString());
  const { data: _, ...attributes } = { position, ...others };
  const value = `${JSON.stringify(attributes).slice(0, -1)},"data":${TOPIC_EVENT.data_text}}`;
  expect(decodeMessage(Buffer.from(value))).toEqual(decodeMessage(encodeMessage(TOPIC_EVENT, PLACE)));
});

it('is plain JSON with the payload as it was sent', () => {
  const text = encodeMessage(TOPIC_EVENT, PLACE).toString();
  expect(text.endsWith(`,"data":${TOPIC_EVENT.data_text}}`)).toBe(true);
  expect(JSON.parse(text)).toMatchObject({
    specversion: '1.0',
    id: TOPIC_EVENT.event_id,
    type: 'task.started',
    source: '/api/events',
    time: TOPIC_EVENT.recorded_at,
    position: '42',
    prev: '41',
    project: 'my project',
    taskid: 'a/b',
  });
});

it('leaves out what has no value, and says that a payload was erased', () => {
  const operator = {
    ...TOPIC_EVENT,
    project: null,
    task_id: null,
    agent: null,
    occurred_at: null,
    data_text: null,
  };
  const value = encodeMessage(operator, PLACE);
  const names = Object.keys(JSON.parse(value.toString()));
  for (const absent of ['project', 'taskid', 'agent', 'occurredat']) expect(names).not.toContain(absent);
  expect(decodeMessage(value)).toEqual({
    ...PLACE,
    hash: TOPIC_EVENT.hash,
    hasData: true,
    event: read(operator),
  });
});

it('refers to the database for a payload that is larger than a message may be', () => {
  const large = { ...TOPIC_EVENT, data_text: `{"text":"${'x'.repeat(MAX_VALUE_BYTES)}"}` };
  const value = encodeMessage(large, PLACE);
  expect(value.length).toBeLessThan(1_000);
  expect(JSON.parse(value.toString())).toMatchObject({ dataref: '/api/events/42' });
  expect(decodeMessage(value)).toMatchObject({ hasData: false, event: { position: 42, data_text: null } });
});

it.each(['', '{}', 'null', '{"position":"1"}', '[]'])('refuses %j, which is no message of ours', (value) => {
  expect(() => decodeMessage(Buffer.from(value))).toThrow();
});

it.each([
  [
    'position',
    ['0', '-1', '1.5', '1e3', '0x10', ' 1', '', '9007199254740993', 'NaN', 1.5, -1, null, [1], true],
  ],
  ['prev', ['-1', '1.5', 'one', null, {}]],
  ['epoch', ['', 'e', 'A198A000-0000-4000-8000-000000000002', 7, null]],
  ['hash', [0, null]],
  ['id', [1, null, {}]],
  ['type', [1, null]],
  ['time', [1_700_000_000_000, null]],
  ['actor', [1, null]],
  ['project', [1, null, ['a']]],
  ['taskid', [1, null]],
  ['agent', [1, null]],
  ['occurredat', [1, null]],
])('refuses a forged %s, which no event of the log has', (name, values) => {
  const message = JSON.parse(encodeMessage(TOPIC_EVENT, PLACE).toString());
  const { data, ...attributes } = message;
  for (const value of values) {
    const forged = { ...attributes, [name]: value, data };
    expect(() => decodeMessage(Buffer.from(JSON.stringify(forged))), String(value)).toThrow(
      `its ${name} is none that an event of the log has`,
    );
  }
});

it('keeps the events of a task in one partition, as Kafka itself would choose it', () => {
  expect(messageKey({ project: 'my project', task_id: 'a/b' })).toBe('my%20project/a%2Fb');
  expect(messageKey({ project: null, task_id: null })).toBeUndefined();
  expect(partitionOf(undefined, 6)).toBe(OPERATORS_PARTITION);
  // As `kafka-console-producer.sh` of Apache Kafka places these keys: murmur2 of "21" is -973932308, of "foobar" -790332482.
  const positive = (hash: number) => hash & 0x7fffffff;
  expect(partitionOf('21', 1_000)).toBe(positive(-973932308) % 1_000);
  expect(partitionOf('foobar', 1_000)).toBe(positive(-790332482) % 1_000);
});
