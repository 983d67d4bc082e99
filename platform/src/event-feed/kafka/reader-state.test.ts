import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printedSeed } from '../../testing/index.js';
import { type ModelOptions, TopicModel } from '../testing/topic-model.js';

const range = (first: number, last: number) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);

/** Seconds pass and everything is delivered, until the reader has all; it must not take long. */
function settle(model: TopicModel): void {
  for (let round = 0; round < 100 && model.reader.position < model.head; round++) {
    model.pass(500);
    model.open();
    model.askHead();
    model.publish(1_000);
    model.deliverAll();
    model.run();
  }
}

const small = fc.nat({ max: 12 });
const fates = fc.array(fc.constantFrom('sent', 'sent', 'sent', 'lost', 'doubled', 'without data'), {
  maxLength: 12,
});

type Act = (model: TopicModel) => void;

/** A fail-over that the next answer shows: the reader knows how far the log was, by its messages or by an answer. */
const failOver =
  (count: number): Act =>
  (model) => {
    if (model.isOpen) model.deliverAll();
    else model.askHead();
    model.failOver(count);
    model.askHead();
  };

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.array(small, { maxLength: 12 }).map(
    (places): Act =>
      (model) =>
        model.commit(places),
  ),
  fc.tuple(small, fates).map(
    ([count, each]): Act =>
      (model) =>
        model.publish(count, each),
  ),
  fc.tuple(small, small).map(
    ([place, count]): Act =>
      (model) =>
        model.deliver(place, count),
  ),
  fc.constant<Act>((model) => model.deliverAll()),
  fc.constant<Act>((model) => model.askHead()),
  fc.nat({ max: 1_500 }).map(
    (time): Act =>
      (model) =>
        model.pass(time),
  ),
  fc.constant<Act>((model) => model.open()),
  fc.constant<Act>((model) => model.lose()),
  fc.constant<Act>((model) => model.forget()),
  small.map(
    (count): Act =>
      (model) =>
        model.republish(count),
  ),
  fc.nat({ max: 60 }).map(
    (position): Act =>
      (model) =>
        model.publishForeign('another log', position + 1),
  ),
  small.map((count): Act => failOver(count)),
);

it('hands on every event once, in order and none missing, and comes to the end, whatever happens to messages', () => {
  const options: fc.Arbitrary<ModelOptions> = fc.record({
    partitions: fc.integer({ min: 1, max: 4 }),
    batchSize: fc.integer({ min: 1, max: 20 }),
    pageSize: fc.integer({ min: 1, max: 20 }),
    near: fc.constantFrom(0, 5, 1_000),
    after: fc.constant(0),
  });
  const reached = { far: 0, log: 0, topic: 0 };
  fc.assert(
    fc.property(options, fc.array(act, { minLength: 20, maxLength: 120 }), (chosen, acts) => {
      const model = new TopicModel(chosen);
      for (const change of acts) {
        change(model);
        model.run();
        expect(model.read).toEqual(range(1, model.reader.position));
      }
      settle(model);
      expect(model.read).toEqual(range(1, model.head));
      for (const source of model.sources) reached[source as keyof typeof reached] += 1;
    }),
    { seed: printedSeed('reader of the topic'), numRuns: 1_500 },
  );
  // Runs that stay in one source would prove nothing about the others.
  expect(Math.min(reached.far, reached.log, reached.topic)).toBeGreaterThan(100);
});

describe('a reader at the live end', () => {
  const options = { partitions: 3, batchSize: 100, pageSize: 100, near: 1_000, after: 0 };

  /** A reader that has come into the topic, after some events. */
  function inTopic(): TopicModel {
    const model = new TopicModel(options);
    model.commit([0, 1, 2, 0, 1, 2]);
    model.publish(6);
    model.run();
    model.open();
    model.deliverAll();
    model.run();
    expect(model.reader.state).toBe('topic');
    return model;
  }

  it('takes what comes from the topic, without a question to the database', () => {
    const model = inTopic();
    model.commit([0, 1, 2]);
    model.publish(3);
    model.deliver(2, 10);
    model.run();
    expect(model.reader.position).toBe(6);
    model.deliverAll();
    model.run();
    expect(model.reader).toMatchObject({ position: 9, state: 'topic' });
  });

  it('waits a second for an event that the log has, and takes it from there', () => {
    const model = inTopic();
    model.commit([0]);
    model.askHead();
    model.run();
    model.pass(900);
    model.run();
    expect(model.reader).toMatchObject({ position: 6, state: 'topic' });
    model.pass(200);
    model.run();
    expect(model.reader).toMatchObject({ position: 7, state: 'log', reason: 'late' });
  });

  it('does not wait for a message that was lost, once a later one of its partition has come', () => {
    const model = inTopic();
    model.commit([0, 0]);
    model.publish(2, ['lost']);
    model.deliverAll();
    model.run();
    expect(model.read).toEqual(range(1, 8));
  });

  it('takes a payload that was too large for a message from the database at once', () => {
    const model = inTopic();
    model.commit([0, 1]);
    model.publish(2, ['without data']);
    model.deliverAll();
    model.run();
    expect(model.read).toEqual(range(1, 8));
  });

  it('reads the database at once when the consumer is gone, and says so', () => {
    const model = inTopic();
    model.lose();
    model.commit([0]);
    model.run();
    expect(model.reader).toMatchObject({ position: 7, state: 'log', reason: 'away' });
  });

  it('stays in the database ever longer while the topic brings a partition late again and again', () => {
    const model = inTopic();
    const waits: number[] = [];
    for (let n = 0; n < 400; n++) {
      model.commit([0, 1]);
      // All but the first partition are delivered.
      model.publish(2);
      model.deliver(1, 100);
      model.deliver(2, 100);
      model.askHead();
      const { position } = model.reader;
      model.run();
      if (model.reader.position === position) waits.push(n);
      model.pass(250);
    }
    // 100 s: a wait of a second after 1, 2, 4, … s of Log.
    expect(waits.length).toBeLessThan(60);
    expect(model.read).toEqual(range(1, model.reader.position));
  });

  it('hands nothing on while the database says nothing, as it alone knows which log is the right one', () => {
    const model = inTopic();
    model.pass(3_500);
    model.commit([0]);
    model.publish(1);
    model.deliverAll();
    model.run();
    expect(model.reader.position).toBe(6);
    model.askHead();
    model.run();
    expect(model.reader).toMatchObject({ position: 7, state: 'topic' });
  });

  it('takes nothing of the former timeline after a fail-over under one epoch, held before or fetched later', () => {
    const model = inTopic();
    model.commit(range(1, 9));
    model.publish(9);
    // The first partition is late, so that its next event keeps the others from being handed on.
    model.deliver(2, 10);
    model.run();
    expect(model.reader.position).toBe(6);
    model.failOver(9);
    model.askHead();
    model.deliverAll();
    model.commit([0, 1, 2]);
    model.publish(3);
    model.deliverAll();
    model.run();
    expect(model.reader).toMatchObject({ position: 9, state: 'log', reason: 'lost' });
  });

  it('returns to the topic when the log has passed what a fail-over took back', () => {
    const model = inTopic();
    model.commit([0, 1, 2]);
    model.askHead();
    model.failOver(3);
    model.askHead();
    model.commit([0, 1, 2, 0]);
    settle(model);
    model.pass(1_000);
    model.deliverAll();
    model.run();
    expect(model.reader).toMatchObject({ position: 10, state: 'topic' });
  });

  it('hands nothing on once the log is known to be another one', () => {
    const model = inTopic();
    model.commit([0]);
    model.publish(1);
    model.deliverAll();
    model.reader.block();
    model.run();
    expect(model.reader.position).toBe(6);
    expect(model.reader.isWorthWaking(0)).toBe(false);
  });
});
