import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from '@att/contracts';
import { describe, expect, it } from 'vitest';
import { RefusedError, ServerUnreachableError } from './errors.js';
import { backoff, createRetrier } from './retrier.js';

const away = () => new ServerUnreachableError('http://att.example', undefined);
const full = (retryAfter?: number) =>
  new RefusedError('http://att.example', problem('queue_full', 'Too much waits', 'r'), retryAfter);
const limited = () =>
  new RefusedError('http://att.example', problem('rate_limited', 'This key may make 5 reads', 'r'), 0);
const wrong = () => new RefusedError('http://att.example', problem('invalid_body', 'No', 'r'), undefined);

function setUp() {
  const notes: string[] = [];
  const leaving = new AbortController();
  const retrier = createRetrier({ note: (line) => notes.push(line), signal: leaving.signal });
  return { notes, leaving, retrier };
}

/** Fails with each of these, and then answers. */
function question(...failures: Error[]) {
  return async () => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return 'answer';
  };
}

describe('the retrier', () => {
  it('waits for a server that has answered before, and says so once', async () => {
    const { notes, retrier } = setUp();
    await retrier.run(question());
    const answers = await Promise.all([retrier.run(question(away())), retrier.run(question(away()))]);
    expect(answers).toEqual(['answer', 'answer']);
    expect(notes).toEqual(['The server does not answer: waiting for it.', 'The server answers again.']);
    const awayFor = retrier.downtime();
    expect(awayFor).toBeGreaterThan(0);
    expect(await retrier.run(question(away(), away()))).toBe('answer');
    expect(retrier.downtime()).toBeGreaterThan(awayFor);
    expect(notes).toHaveLength(4);
  });

  it('takes no notice of what was asked before the server went, or was back', async () => {
    const { notes, retrier } = setUp();
    await retrier.run(question());
    const onItsWay = new EventEmitter();
    const lost = new EventEmitter();
    const answer = retrier.run(() => once(onItsWay, 'answer'));
    let asked = 0;
    const failure = retrier.run(async () => (asked++ === 0 ? once(lost, 'end') : undefined));
    await sleep(2);
    const waiting = retrier.run(question(away()));
    await sleep(2);
    expect(notes).toEqual(['The server does not answer: waiting for it.']);
    onItsWay.emit('answer');
    await answer;
    expect(notes).toHaveLength(1);
    await waiting;
    expect(notes).toEqual(['The server does not answer: waiting for it.', 'The server answers again.']);
    lost.emit('error', away());
    await failure;
    expect(notes).toHaveLength(2);
  });

  it('does not wait where no server has ever answered', async () => {
    const { notes, retrier } = setUp();
    await expect(retrier.run(question(away()))).rejects.toBeInstanceOf(ServerUnreachableError);
    expect(notes).toEqual([]);
  });

  it('waits from the start for one that says that it cannot yet', async () => {
    const { notes, retrier } = setUp();
    expect(await retrier.run(question(full(0), away()))).toBe('answer');
    expect(notes[0]).toBe('Too much waits: waiting for it.');
  });

  it('waits for as long as the limit of a key says', async () => {
    const { notes, retrier } = setUp();
    expect(await retrier.run(question(limited(), limited()))).toBe('answer');
    expect(notes[0]).toBe('This key may make 5 reads: waiting for it.');
    expect(backoff(limited(), 9, 0)).toBe(0);
  });

  it('does not ask again what is refused', async () => {
    const { retrier } = setUp();
    await expect(retrier.run(question(wrong()))).rejects.toBeInstanceOf(RefusedError);
  });

  it('ends with its signal', async () => {
    const { leaving, retrier } = setUp();
    await retrier.run(question());
    const asking = retrier.run(() => Promise.reject(away()));
    leaving.abort();
    await expect(asking).rejects.toThrow('aborted');
  });

  it('waits for many at once without a warning', async () => {
    const warned: string[] = [];
    const listen = ({ name }: Error) => warned.push(name);
    process.on('warning', listen);
    const { retrier } = setUp();
    await retrier.run(question());
    await Promise.all(Array.from({ length: 30 }, () => retrier.run(question(away()))));
    process.off('warning', listen);
    expect(warned).toEqual([]);
  });
});

describe('the backoff before the next attempt', () => {
  it('is what the server asks for', () => {
    expect(backoff(full(3), 0, 0)).toBe(3_000);
  });

  it('grows to a bound, with full jitter', () => {
    expect(backoff(away(), 0, 0)).toBe(50);
    expect(backoff(away(), 1, 0.5)).toBe(300);
    expect(backoff(away(), 1_000, 0.5)).toBe(2_550);
  });
});
