/** The consumer of docs/topic.md, run as it stands there. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TopicEvent } from '@att/platform/event-topic';
import { until } from '@att/platform/testing';
import { expect, inject, it } from 'vitest';
import { createTestTopic, topicEvent } from './support/topic.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it('reads each event once, a task in order, with the payload', async ({ skip }) => {
  const { brokers } = inject('kafka') ?? skip();
  const topic = await createTestTopic(brokers);
  const events = Array.from({ length: 30 }, (_, index) => topicEvent(index + 1));
  await topic.publish(events);
  // Another relay goes on from an earlier position.
  await topic.publish(events.slice(20));
  const reader = spawn(process.execPath, ['--input-type=module', '-e', consumerOfDocument()], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...topic.env },
  });
  try {
    let [printed, failure] = ['', ''];
    reader.stdout.on('data', (text) => {
      printed += text;
    });
    reader.stderr.on('data', (text) => {
      failure += text;
    });
    const lines = () => printed.split('\n').filter((line) => /^\d/.test(line));
    await until('all were read', () => {
      if (reader.exitCode !== null) throw new Error(failure);
      return lines().length >= 30;
    });
    await topic.publish([topicEvent(31)]);
    await until('the live one was read', () => lines().length >= 31);
    const ofTask = (all: string[], task: string) => all.filter((line) => line.includes(` ${task} `));
    const expected = [...events, topicEvent(31)].map(lineOf);
    for (const { task_id } of events.slice(0, 10)) {
      expect(ofTask(lines(), `${task_id}`)).toEqual(ofTask(expected, `${task_id}`));
    }
    expect(lines()).toHaveLength(31);
  } finally {
    reader.kill();
    await topic.close();
  }
});

/** Consumer of the document, under a group name of its own, so that no earlier run is waited for. */
function consumerOfDocument(): string {
  const document = readFileSync(`${ROOT}/docs/topic.md`, 'utf8');
  const [, code] = /```js\n([\s\S]*?)```/.exec(document) ?? [];
  expect(code).toContain("groupId: 'my-reader'");
  return (code as string).replace('my-reader', `my-reader-${randomUUID()}`);
}

const lineOf = ({ position, type, project, task_id }: TopicEvent) =>
  `${position} ${type} ${project} ${task_id} {"n":${position}}`;
