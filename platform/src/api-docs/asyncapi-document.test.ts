import { readFileSync } from 'node:fs';
import specs from '@asyncapi/specs';
import {
  CLIENT_MESSAGES,
  CLOSE_CODES,
  replayCommand,
  SERVER_MESSAGES,
  serverFrame,
  topicMessage,
} from '@att/contracts';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../config/index.js';
import { CONTENT_TYPE, encodeMessage, MAX_VALUE_BYTES, messageKey } from '../event-topic/index.js';
import { TOPIC_EVENT } from '../event-topic/testing/messages.js';
import { asyncApiDocument } from './index.js';

const document = asyncApiDocument('0.1.0');
const { messages } = document.components;

it('is valid AsyncAPI 3.0', () => {
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(
    specs.schemasWithoutId['3.0.0'] as object,
  );
  validate(JSON.parse(JSON.stringify(document)));
  expect(validate.errors).toBeNull();
});

it('is what docs/asyncapi.json says', () => {
  const kept = readFileSync(new URL('../../../docs/asyncapi.json', import.meta.url), 'utf8');
  expect(JSON.parse(kept), 'run `npm run docs`').toEqual(JSON.parse(JSON.stringify(document)));
});

it('resolves every reference within itself', () => {
  const references = JSON.stringify(document).match(/"\$ref":"[^"]*"/g) ?? [];
  expect(references.length).toBeGreaterThan(20);
  for (const reference of new Set(references)) {
    const path = reference.slice('"$ref":"#/'.length, -1).split('/');
    const target = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document);
    expect(target, reference).toBeTypeOf('object');
  }
});

it('has every frame, every message and every close code', () => {
  const frames = Object.values(SERVER_MESSAGES).map(({ schema }) => schema);
  expect(new Set<unknown>(frames)).toEqual(new Set(serverFrame.options));
  const commands = Object.entries(CLIENT_MESSAGES).filter(([name]) => name !== 'ping');
  expect(commands.map(([, { schema }]) => schema)).toEqual(replayCommand.options);
  const ofSocket = [...Object.keys(SERVER_MESSAGES), ...Object.keys(CLIENT_MESSAGES)];
  expect(Object.keys(document.channels.socket.messages)).toEqual(ofSocket);
  expect(Object.keys(messages)).toEqual([...ofSocket, 'log_event']);
  for (const code of Object.values(CLOSE_CODES)) {
    expect(document.channels.socket.description).toContain(`\`${code}\``);
  }
});

describe('its schemas', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const timestamp = '2026-01-31T12:00:00.000Z';

  it.each([
    ['seek', { type: 'seek', position: 5 }, true],
    ['seek', { type: 'seek' }, false],
    ['speed', { type: 'speed', speed: 0.5 }, true],
    ['speed', { type: 'speed', speed: 'max' }, true],
    ['speed', { type: 'speed', speed: 65 }, false],
    ['position', { type: 'position', position: 5, timestamp }, true],
    ['position', { type: 'position', position: 5, timestamp, answers: 'seek', added: 'later' }, true],
    ['caught_up', { type: 'caught_up', position: -1, timestamp }, false],
  ])('say of %s %j: %s', (name, value, holds) => {
    expect(ajv.validate(messages[name]?.payload ?? false, value)).toBe(holds);
  });

  it('say of parameters what they are, not the text that they come as', () => {
    const { query } = document.channels.socket.bindings.ws;
    expect(query?.properties).toMatchObject({
      after: { type: 'integer', minimum: 0 },
      speed: { anyOf: [{ type: 'number', minimum: 0.5, maximum: 64 }, { const: 'max' }] },
      max_gap: { type: 'string' },
    });
    expect(query?.additionalProperties).toBe(false);
  });
});

describe('the topic', () => {
  const ofOperator = { project: null, task_id: null, agent: null, occurred_at: null };
  const ajv = new Ajv({ strict: false, validateFormats: false });

  it.each([
    ['a report', TOPIC_EVENT],
    ["an operator's command", { ...TOPIC_EVENT, ...ofOperator, type: 'projection.paused' }],
    ['an erased payload', { ...TOPIC_EVENT, data_text: null }],
    [
      'a payload that is too large',
      { ...TOPIC_EVENT, data_text: `{"text":"${'x'.repeat(MAX_VALUE_BYTES)}"}` },
    ],
  ])('has a schema that fits %s', (_, event) => {
    const place = { epoch: '0198a000-0000-4000-8000-000000000002', prev: 0 };
    const message = JSON.parse(encodeMessage(event, place).toString());
    const { payload, bindings } = messages.log_event;
    expect(ajv.validate(payload, message), ajv.errorsText()).toBe(true);
    expect(Object.keys(payload.properties as object)).toEqual(expect.arrayContaining(Object.keys(message)));
    expect(topicMessage.strict().parse(message)).toEqual(message);
    const key = messageKey(event);
    if (key !== undefined) expect(ajv.validate(bindings.kafka.key, key)).toBe(true);
  });

  it('has a schema that refuses what is none of ours', () => {
    expect(ajv.validate(messages.log_event.payload, { specversion: '1.0', id: 'x' })).toBe(false);
    expect(ajv.validate(messages.log_event.bindings.kafka.key, 'no task')).toBe(false);
  });

  it('is the channel of the configuration', () => {
    const { kafka } = readConfig({ KAFKA_BROKERS: 'kafka:9092' });
    expect(document.channels.topic.address).toBe(kafka?.topic.name);
    expect(messages.log_event.headers.properties).toEqual({ 'content-type': { const: CONTENT_TYPE } });
  });
});
