import type { CLOSE_CODES } from '@att/contracts';
import { describe, expect, it } from 'vitest';
import { CONNECT_MS, LATE_MS, PONG_MS, QUIET_MS } from '../socket/liveness';
import { statusFrame } from '../testing/frames';
import {
  caughtUp,
  closed,
  EPOCH,
  event,
  frame,
  heartbeat,
  hello,
  OTHER,
  offline,
  online,
  pong,
  pongFrame,
  reset,
  retry,
  run,
  shown,
  start,
  tick,
  waited,
} from '../testing/socket-inputs';
import { FRESH_MS, type SocketInput, type SocketState } from './socket-state';
import { step } from './socket-step';

describe('where it resumes (invariant 2)', () => {
  it.each<[string, SocketInput[], string]>([
    ['the position of the snapshots first', [start(7)], 'connect 7 -'],
    ['the head where no snapshot came', [start()], 'connect - -'],
    ['the last event seen', [start(7), hello(9), event(8), closed(1006), retry], `connect 8 ${EPOCH}`],
    ['the last heartbeat', [start(7), hello(7), heartbeat(40), closed(1006), retry], `connect 40 ${EPOCH}`],
    ['the last pong', [start(7), hello(9), pong(8), closed(1006), retry], `connect 8 ${EPOCH}`],
    [
      'no position before one that it had',
      [start(7), hello(9), event(9), pong(8), closed(1006), retry],
      `connect 9 ${EPOCH}`,
    ],
    ['the end of the catch-up', [start(7), hello(9), caughtUp(9), closed(1006), retry], `connect 9 ${EPOCH}`],
    [
      'the head of the first frame, without a snapshot',
      [start(), hello(9), closed(1006), retry],
      `connect 9 ${EPOCH}`,
    ],
    [
      'the other log after a reset',
      [start(7), hello(3), reset(3), closed(1006), retry],
      `connect 3 ${OTHER}`,
    ],
    ['nowhere, when the parameters were refused', [start(7), hello(9), closed(4400), retry], 'connect - -'],
    [
      'its own epoch until the server resets it',
      [start(7), hello(9), closed(1006), retry, hello(20, OTHER), closed(1006), retry],
      `connect 7 ${EPOCH}`,
    ],
  ])('%s', (_, inputs, effect) => {
    expect(run(inputs).last).toEqual([effect]);
  });
});

describe('what it delivers (invariants 1 and 5)', () => {
  it('delivers every event once, in rising positions', () => {
    const inputs = [
      start(7),
      hello(9),
      event(7),
      event(8),
      event(8),
      event(9),
      caughtUp(9),
      event(9),
      event(12),
    ];
    expect(run(inputs).effects.flat()).toEqual(['connect 7 -', 'deliver 8', 'deliver 9', 'deliver 12']);
  });

  it('starts over on a reset, and goes on after it', () => {
    const inputs = [start(7), hello(3), reset(3), event(3), event(4)];
    expect(run(inputs).effects.flat()).toEqual(['connect 7 -', 'reset 3', 'deliver 4']);
  });

  it('begins at the head when it has no cursor', () => {
    expect(run([start(), hello(9), event(10)]).effects.flat()).toEqual([
      'connect - -',
      'began 9',
      'deliver 10',
    ]);
  });

  it('drops frames of a socket that it has left', () => {
    expect(run([start(7), hello(7), closed(1006), event(8)]).last).toEqual([]);
  });
});

describe('the name of its state', () => {
  it.each<[string, SocketInput[], SocketState['name']]>([
    ['waits for hello', [start(7)], 'connecting'],
    ['is behind the head', [start(7), hello(9)], 'catching_up'],
    ['is at the head at once', [start(9), hello(9)], 'live'],
    ['is caught up', [start(7), hello(9), caughtUp(9)], 'live'],
    ['begins at the head', [start(), hello(9)], 'live'],
    ['waits after a loss', [start(7), hello(9), closed(1006)], 'waiting'],
    ['needs a key', [start(7), closed(1008)], 'refused'],
    ['waits for the network', [start(7), closed(1006), offline()], 'offline'],
    ['was stopped', [start(7), hello(9), { type: 'stop' }], 'idle'],
  ])('%s', (_, inputs, name) => {
    expect(run(inputs).state.name).toBe(name);
  });
});

describe('closed by the server (invariants 3 and 8)', () => {
  it.each<[keyof typeof CLOSE_CODES | 'abnormal', number, string]>([
    ['unauthorized', 1008, 'key_refused key'],
    ['keyExpired', 4401, 'key_refused key'],
    ['forbidden', 4403, 'key_refused scope'],
    ['tooSlow', 4408, 'wait 500'],
    ['restarting', 1012, 'wait 500'],
    ['abnormal', 1006, 'wait 250'],
    ['tooMany', 4429, 'wait 4000'],
    ['badParameter', 4400, 'wait 1000'],
    ['done', 1000, 'wait 250'],
  ])('%s (%i): %s', (_, code, effect) => {
    expect(run([start(7), hello(7), closed(code)]).last).toEqual([effect]);
  });

  it('waits longer with every try that fails, up to 30 s, for ever', () => {
    const tries = Array.from({ length: 40 }, () => [closed(1006, 0.999), retry]).flat();
    const { effects, state } = run([start(7), ...tries]);
    const waits = effects.flat().filter((effect) => effect.startsWith('wait'));
    expect(waits.slice(0, 4)).toEqual(['wait 500', 'wait 999', 'wait 1998', 'wait 3996']);
    expect(waits.at(-1)).toBe('wait 29970');
    expect(state.name).toBe('connecting');
  });

  it('forgets the failures at the first frame', () => {
    const inputs = [start(7), closed(1006), retry, closed(1006), retry, hello(7), closed(1006, 0.999)];
    expect(run(inputs).last).toEqual(['wait 500']);
  });

  it('backs off from a server that restarts again and again', () => {
    expect(run([start(7), closed(1012), retry, closed(1012), retry, closed(1012, 0.999)]).last).toEqual([
      'wait 1998',
    ]);
  });
});

const PINGS = `ping ${PONG_MS + 50}`;
const LEAVES = ['disconnect', 'wait 0'];

describe('a quiet socket (invariant 6)', () => {
  const quiet = tick(QUIET_MS + 1);
  const due = tick(QUIET_MS + 1 + PONG_MS);
  const late = tick(QUIET_MS + 2 + PONG_MS + LATE_MS);
  const later = tick(QUIET_MS + 9 + 2 * (PONG_MS + LATE_MS));
  it.each<[string, SocketInput[], string[]]>([
    ['leaves a socket that never opens', [start(7), tick(CONNECT_MS + 1)], ['disconnect', 'wait 0']],
    ['pings a socket without heartbeats', [start(7), hello(7), quiet], [PINGS]],
    ['pings once', [start(7), hello(7), quiet, tick(QUIET_MS + PONG_MS)], []],
    ['leaves one that does not answer', [start(7), hello(7), quiet, due], ['disconnect', 'wait 0']],
    [
      'pings again when the tick comes too late to have read an answer',
      [start(7), hello(7), quiet, late],
      [PINGS],
    ],
    ['keeps one whose answer waited behind that', [start(7), hello(7), quiet, late, pong(7), later], [PINGS]],
    ['leaves one that does not answer, however late', [start(7), hello(7), quiet, late, later], LEAVES],
    ['keeps one that answers', [start(7), hello(7), quiet, frame(pongFrame(7), QUIET_MS + PONG_MS), due], []],
    [
      'keeps one whose frames were waiting while the page was frozen',
      [start(7), hello(9), tick(QUIET_MS * 9), frame(statusFrame(8), QUIET_MS * 9), due],
      [],
    ],
    [
      'keeps a socket that sends frames',
      [start(7), hello(7), frame(statusFrame(8), QUIET_MS), tick(QUIET_MS + 1)],
      [],
    ],
    ['has nothing to leave without a socket', [start(7, false), tick(QUIET_MS * 9)], []],
    [
      'notices that it is quiet though the clock was set back',
      [start(7), hello(7, EPOCH, 90_000_000), tick(0), quiet],
      [PINGS],
    ],
    [
      'sees that it never opens though the clock was set back',
      [{ type: 'start', after: 7, online: true, now: 90_000_000 }, tick(0), tick(CONNECT_MS + 1)],
      ['disconnect', 'wait 0'],
    ],
  ])('%s', (_, inputs, effects) => {
    expect(run(inputs).last).toEqual(effects);
  });
});

it('notices within 10 s that a socket died without a word, and pings no living one more than twice in that', () => {
  let state = run([start(7), hello(7)]).state;
  let asked = 0;
  for (let now = 1_000; state.name === 'live'; now += 1_000) {
    expect(now).toBeLessThanOrEqual(10_000);
    const next = step(state, tick(now));
    asked += next.effects.filter((effect) => effect.type === 'ping').length;
    state = next.state;
  }
  expect(asked).toBe(1);
});

describe('offline (invariants 3 and 4)', () => {
  it.each<[string, SocketInput[], string[]]>([
    ['does not try to start', [start(7, false)], []],
    ['starts with the network', [start(7, false), online()], ['connect 7 -']],
    ['waits for the network after a loss', [start(7), hello(7), offline(), closed(1006)], []],
    ['ends a wait', [start(7), closed(1006), offline(), waited], []],
    ['does not end its waiting by a tick', [start(7), closed(1006), offline(), tick(90_000)], []],
    ['does not try because it is looked at', [start(7), closed(1006), offline(), shown()], []],
    ['tries when a person asks', [start(7), closed(1006), offline(), retry], ['connect 7 -']],
    ['waits again when that fails', [start(7), closed(1006), offline(), retry, closed(1006)], []],
    ['pings an open socket, which may work all the same', [start(7), hello(7), offline()], [PINGS]],
    [
      'leaves it when it does not answer, and waits for the network',
      [start(7), hello(7), offline(), tick(PONG_MS)],
      ['disconnect'],
    ],
  ])('%s', (_, inputs, effects) => {
    expect(run(inputs).last).toEqual(effects);
  });
});

describe('coming back (invariant 7)', () => {
  it.each<[string, SocketInput[], string[]]>([
    ['a person, while it waits', [start(7), closed(1006), retry], ['connect 7 -']],
    ['the network, without a socket', [start(7), closed(1006), offline(), online()], ['connect 7 -']],
    ['the network, unannounced', [start(7), closed(1006), online()], ['connect 7 -']],
    ['the network, under an open socket', [start(7), hello(7), online()], [PINGS]],
    ['the network, under a try that began without it', [start(7, false), retry, online()], ['connect 7 -']],
    ['the network, under a try of now', [start(7), online()], []],
    ['the tab, while it waits', [start(7), closed(1006), shown()], ['connect 7 -']],
    ['the tab, under a quiet socket', [start(7), hello(7), shown(FRESH_MS + 1)], [PINGS]],
    ['the tab, under one that sent a frame just now', [start(7), hello(7), shown(FRESH_MS)], []],
    ['the tab, under a try that hangs', [start(7), shown(CONNECT_MS + 1)], ['connect 7 -']],
    ['the tab, under a try of now', [start(7), shown(CONNECT_MS)], []],
    [
      'a tick after the wait, whose timer was held back',
      [start(7), closed(1006), tick(250)],
      ['connect 7 -'],
    ],
    ['a tick before its end', [start(7), closed(1006), tick(249)], []],
  ])('%s', (_, inputs, effects) => {
    expect(run(inputs).last).toEqual(effects);
  });

  it('forgets with the network what failed without it, and keeps it when only looked at', () => {
    const failures = [start(7), closed(1006), retry, closed(1006), retry, closed(1006)];
    expect(run([...failures, offline(), online(), closed(1006, 0.999)]).last).toEqual(['wait 500']);
    expect(run([...failures, shown(), closed(1006, 0.999)]).last).toEqual(['wait 3996']);
  });
});
