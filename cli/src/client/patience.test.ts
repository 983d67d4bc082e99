import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from '@att/contracts';
import { describe, expect, it } from 'vitest';
import { RefusedError, ServerAwayError } from './errors.js';
import { createPatience, pause } from './patience.js';

const away = () => new ServerAwayError('http://att.example', undefined);
const full = (retryAfter?: number) =>
  new RefusedError('http://att.example', problem('queue_full', 'Too much waits', 'r'), retryAfter);
const wrong = () => new RefusedError('http://att.example', problem('invalid_body', 'No', 'r'), undefined);

function setUp() {
  const notes: string[] = [];
  const leaving = new AbortController();
  const patience = createPatience({ note: (line) => notes.push(line), signal: leaving.signal });
  return { notes, leaving, patience };
}

/** Fails with each of these, and then answers. */
function question(...failures: Error[]) {
  return async () => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return 'answer';
  };
}

describe('patience', () => {
  it('waits for a server that has answered before, and says so once', async () => {
    const { notes, patience } = setUp();
    await patience.ask(question());
    const answers = await Promise.all([patience.ask(question(away())), patience.ask(question(away()))]);
    expect(answers).toEqual(['answer', 'answer']);
    expect(notes).toEqual(['The server does not answer: waiting for it.', 'The server answers again.']);
    const awayFor = patience.away();
    expect(awayFor).toBeGreaterThan(0);
    expect(await patience.ask(question(away(), away()))).toBe('answer');
    expect(patience.away()).toBeGreaterThan(awayFor);
    expect(notes).toHaveLength(4);
  });

  it('takes no notice of what was asked before the server went, or was back', async () => {
    const { notes, patience } = setUp();
    await patience.ask(question());
    const onItsWay = new EventEmitter();
    const lost = new EventEmitter();
    const answer = patience.ask(() => once(onItsWay, 'answer'));
    let asked = 0;
    const failure = patience.ask(async () => (asked++ === 0 ? once(lost, 'end') : undefined));
    await sleep(2);
    const waiting = patience.ask(question(away()));
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
    const { notes, patience } = setUp();
    await expect(patience.ask(question(away()))).rejects.toBeInstanceOf(ServerAwayError);
    expect(notes).toEqual([]);
  });

  it('waits from the start for one that says that it cannot yet', async () => {
    const { notes, patience } = setUp();
    expect(await patience.ask(question(full(0), away()))).toBe('answer');
    expect(notes[0]).toBe('Too much waits: waiting for it.');
  });

  it('does not ask again what is refused', async () => {
    const { patience } = setUp();
    await expect(patience.ask(question(wrong()))).rejects.toBeInstanceOf(RefusedError);
  });

  it('ends with its signal', async () => {
    const { leaving, patience } = setUp();
    await patience.ask(question());
    const asking = patience.ask(() => Promise.reject(away()));
    leaving.abort();
    await expect(asking).rejects.toThrow('aborted');
  });

  it('waits for many at once without a warning', async () => {
    const warned: string[] = [];
    const listen = ({ name }: Error) => warned.push(name);
    process.on('warning', listen);
    const { patience } = setUp();
    await patience.ask(question());
    await Promise.all(Array.from({ length: 30 }, () => patience.ask(question(away()))));
    process.off('warning', listen);
    expect(warned).toEqual([]);
  });
});

describe('the pause before the next try', () => {
  it('is what the server asks for', () => {
    expect(pause(full(3), 0, 0)).toBe(3_000);
  });

  it('grows to a bound, with full jitter', () => {
    expect(pause(away(), 0, 0)).toBe(50);
    expect(pause(away(), 1, 0.5)).toBe(300);
    expect(pause(away(), 1_000, 0.5)).toBe(2_550);
  });
});
