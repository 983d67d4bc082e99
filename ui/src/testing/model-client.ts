/** Model client: the live socket's machine on a `ModelServer`. It checks each invariant at each step. */
import type { ServerFrame } from '@att/contracts';
import { expect } from 'vitest';
import { INITIAL, type SocketEffect, type SocketInput, type SocketState } from '../live/socket-state';
import { step } from '../live/socket-step';
import { CONNECT_MS, PONG_MS } from '../socket/liveness';
import { statusFrame } from './frames';
import { ModelServer } from './model-server';

export type Move =
  | { do: 'append'; visible: boolean }
  | { do: 'receive'; frames: number }
  | { do: 'receive_again' | 'heartbeat' | 'die' | 'waited' }
  | { do: 'close'; code: number; random: number }
  /** Time passes, and then a tick comes. */
  | { do: 'pass'; ms: number; random: number }
  | { do: 'server'; isUp: boolean }
  | { do: 'restore'; back: number }
  | { do: 'signal'; signal: 'online' | 'offline' | 'shown' | 'retry' };

const MAX_WAIT_MS = 30_000;

export class ModelClient {
  readonly server = new ModelServer();
  state: SocketState = INITIAL;
  /** Positions delivered since the last `began` or `reset`. */
  delivered: number[] = [];
  deliveries = 0;
  connects = 0;
  resets = 0;
  asks = 0;
  #now = 1_000_000;
  #online: boolean;
  /** Position and log that delivery goes on from. */
  #baseline = { position: 0, epoch: this.server.log.epoch };
  #last: ServerFrame | undefined;
  #waits = false;
  /** True when no server accepted the last try: the browser reports it in a while. */
  #refusedTry = false;
  #refused = false;

  constructor(online: boolean) {
    this.#online = online;
    this.#start();
  }

  make(move: Move): void {
    switch (move.do) {
      case 'append':
        this.server.append(move.visible ? statusFrame : undefined);
        return;
      case 'receive':
        for (let count = 0; count < move.frames; count += 1) this.#receive(this.server.take());
        return;
      case 'receive_again':
        // Only events may come again: a server sends every other frame once.
        if (this.server.isReachable && this.#last?.type === 'task_status_updated') this.#receive(this.#last);
        return;
      case 'heartbeat':
        this.server.heartbeat();
        return;
      case 'die':
        this.server.die();
        return;
      case 'waited':
        if (this.#waits) this.#send({ type: 'waited', now: this.#now });
        return;
      case 'close':
        this.#close(move.code, move.random);
        return;
      case 'pass':
        this.#now += move.ms;
        this.#send({ type: 'tick', now: this.#now, random: move.random });
        return;
      case 'server':
        this.server.isUp = move.isUp;
        if (!move.isUp) this.#close(1006, 0.5);
        return;
      case 'restore':
        // Answers of REST have no epoch, so a restore cannot be noticed before the first frame of a socket.
        if (this.state.cursor.epoch === undefined) return;
        this.server.restore(this.server.log.head - move.back);
        this.#close(1012, 0.5);
        return;
      case 'signal':
        if (move.signal === 'online' || move.signal === 'offline') this.#online = move.signal === 'online';
        this.#send({ type: move.signal, now: this.#now });
        return;
    }
  }

  /** Brings the server and the network back, for long enough. */
  settle(): void {
    this.make({ do: 'server', isUp: true });
    this.make({ do: 'signal', signal: 'online' });
    for (let round = 0; round < 6; round += 1) {
      this.make({ do: 'waited' });
      this.make({ do: 'receive', frames: 1_000 });
      this.make({ do: 'pass', ms: MAX_WAIT_MS, random: 0.5 });
    }
    this.make({ do: 'receive', frames: 1_000 });
  }

  missedSinceBaseline(): number[] {
    const { position, epoch } = this.#baseline;
    const events = this.server.logs.get(epoch)?.events ?? [];
    return events.map((event) => event.position).filter((at) => at > position);
  }

  #start(): void {
    // The socket begins behind a snapshot that was just read.
    this.#begin(this.server.log.head);
    this.#send({ type: 'start', after: this.#baseline.position, online: this.#online, now: this.#now });
  }

  #begin(position: number): void {
    this.#baseline = { position, epoch: this.server.log.epoch };
    this.delivered = [];
  }

  #receive(frame: ServerFrame | undefined): void {
    if (frame === undefined) return;
    this.#last = frame;
    this.#send({ type: 'frame', frame, now: this.#now });
  }

  #close(code: number, random: number): void {
    if (!this.server.isReachable) return;
    this.server.forget();
    this.#send({ type: 'closed', code, now: this.#now, random });
  }

  #send(input: SocketInput): void {
    const before = this.state;
    const { state, effects } = step(before, input);
    this.state = state;
    for (const effect of effects) this.#carryOut(effect, before, input);
    this.#check(input);
    if (this.#refusedTry) {
      this.#refusedTry = false;
      this.#send({ type: 'closed', code: 1006, now: this.#now, random: 0.5 });
    }
    if (!this.#refused) return;
    // The page asks for a key, and then makes a new client.
    this.#refused = false;
    this.#send({ type: 'stop' });
    this.#start();
  }

  #check(input: SocketInput): void {
    const { name, cursor } = this.state;
    const isWithout = name === 'waiting' || name === 'offline';
    // Invariant 2: every event before the cursor was delivered.
    if (cursor.after !== undefined) {
      const { after } = cursor;
      expect(this.missedSinceBaseline().filter((event) => event <= after)).toEqual(this.delivered);
    }
    // Invariants 3 and 5.
    if (name === 'waiting') expect(this.#waits).toBe(true);
    if (name === 'offline') expect(this.#online).toBe(false);
    if (isWithout) expect(this.server.hasSocket).toBe(false);
    else if (name !== 'idle' && name !== 'refused') {
      expect(this.server.hasSocket || this.#refusedTry).toBe(true);
    }
    // Invariant 7.
    if (input.type === 'online' || input.type === 'retry') expect(isWithout).toBe(false);
    if (input.type === 'shown') expect(name).not.toBe('waiting');
    if (input.type === 'online' && 'lastFrameAt' in this.state) expect(this.state.pingedAt).toBeDefined();
  }

  #carryOut(effect: SocketEffect, before: SocketState, input: SocketInput): void {
    switch (effect.type) {
      case 'connect':
        this.connects += 1;
        this.#last = undefined;
        this.#waits = false;
        // Invariant 4.
        expect(this.#online || input.type === 'retry').toBe(true);
        this.#refusedTry = !this.server.accept(effect.cursor);
        return;
      case 'disconnect':
        if (input.type === 'tick') expectSilence(before, this.#now);
        this.server.forget();
        return;
      case 'wait':
        this.#waits = true;
        // Invariant 8.
        expect(effect.ms).toBeGreaterThanOrEqual(0);
        expect(effect.ms).toBeLessThanOrEqual(MAX_WAIT_MS);
        return;
      case 'ping':
        this.asks += 1;
        this.server.ping();
        return;
      case 'deliver':
        // Invariants 1 and 2: exactly what comes next in the log.
        expect(effect.frame.position).toBe(this.missedSinceBaseline()[this.delivered.length]);
        this.delivered.push(effect.frame.position);
        this.deliveries += 1;
        return;
      case 'began':
      case 'reset':
        this.resets += 1;
        this.#begin(effect.position);
        return;
      case 'key_refused':
        this.#refused = true;
    }
  }
}

/** Invariant 6. */
function expectSilence(state: SocketState, now: number): void {
  if (state.name === 'connecting') expect(now - state.since).toBeGreaterThan(CONNECT_MS);
  else expect('pingedAt' in state && now - (state.pingedAt ?? now)).toBeGreaterThanOrEqual(PONG_MS);
}
