/** Viewer that checks every frame against the log: each event once, in order, none missing. */
import { CLOSE_CODES, type ReplayCommand, type ServerFrame, SOCKET_PATH, serverFrame } from '@att/contracts';
import { until } from '@att/platform/testing';
import WebSocket from 'ws';
import { API_KEY } from '../../support/rest.js';
import type { World } from './world.js';

export interface Visit {
  project: string | undefined;
  /** Begins after the last position seen (live on a first visit), at the beginning of the log, or live. */
  from: 'last' | 'beginning' | 'now';
  /** Whether it sends the epoch with `after`. */
  sendsEpoch: boolean;
  /** Query of a replay, beside `after`; empty: no replay. */
  replay: string;
  /** End of the replay, as a fraction from its beginning (0) to the head (1); undefined: it goes on live. */
  end: number | undefined;
}

type Sent = { command: ReplayCommand; isRefused: boolean };

export class Viewer {
  /** Violations of the protocol. */
  readonly violations: string[] = [];
  frames = 0;
  resets = 0;
  #socket: WebSocket | undefined;
  #project: string | undefined;
  /** Position up to which it has all events that it may see; undefined before its first visit. */
  #position: number | undefined;
  #epoch: string | undefined;
  #sentEpoch: string | undefined;
  /** Head by the server's connection frame. */
  #head = 0;
  #isReplay = false;
  #until: number | undefined;
  #unanswered: Sent[] = [];

  constructor(
    private readonly name: string,
    private readonly world: World,
  ) {}

  get isConnected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  get isReplaying(): boolean {
    return this.isConnected && this.#isReplay;
  }

  /** Connects again, after disconnecting. */
  connect({ project, from, sendsEpoch, replay, end }: Visit): void {
    this.disconnect();
    const url = new URL(SOCKET_PATH, this.world.url);
    const set = (name: string, value: string | number | undefined) =>
      value === undefined || url.searchParams.set(name, String(value));
    set('api_key', API_KEY);
    set('project', project);
    if (from !== 'last') this.#position = from === 'beginning' ? 0 : undefined;
    const after = this.#position;
    set('after', after);
    this.#sentEpoch = after !== undefined && sendsEpoch ? this.#epoch : undefined;
    set('epoch', this.#sentEpoch);
    this.#project = project;
    this.#isReplay = after !== undefined && replay !== '';
    this.#until =
      !this.#isReplay || end === undefined || after === undefined
        ? undefined
        : after + Math.round(end * (this.world.head - after));
    if (this.#isReplay) for (const [name, value] of new URLSearchParams(replay)) set(name, value);
    set('until', this.#until);
    this.#open(url);
  }

  disconnect(): void {
    this.#socket
      ?.removeAllListeners()
      .on('error', () => {})
      .terminate();
    this.#socket = undefined;
    this.#unanswered = [];
  }

  stopReading(): void {
    this.#socket?.pause();
  }

  readOn(): void {
    this.#socket?.resume();
  }

  ping(): void {
    if (this.isConnected) this.#socket?.send('ping');
  }

  command(command: ReplayCommand, isRefused = false): void {
    if (!this.isReplaying) return;
    this.#unanswered.push({ command, isRefused });
    this.#socket?.send(JSON.stringify(command));
  }

  /**
   * @param to from the beginning of the log (0) to its end or that of the replay (1)
   * @param less so many positions before that
   */
  seek({ to, less }: { to: number; less: number }): void {
    const end = Math.min(this.#head, this.#until ?? Infinity);
    this.command({ type: 'seek', position: Math.max(0, Math.floor(to * end) - less) });
  }

  /** Reconnects, and resolves once it has every event. */
  async catchUp(): Promise<void> {
    const home: Visit = {
      project: this.#project,
      from: 'last',
      sendsEpoch: true,
      replay: '',
      end: undefined,
    };
    this.connect(home);
    const arrived = () => this.#position !== undefined && this.#position >= this.world.head;
    await until(`${this.name} sees all`, () => {
      if (this.#socket === undefined || this.#socket.readyState === WebSocket.CLOSED) this.connect(home);
      this.ping();
      return arrived() || this.violations.length > 0;
    });
  }

  #open(url: URL): void {
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data) => this.#take(serverFrame.parse(JSON.parse(String(data)))));
    socket.on('close', (code, reason) => this.#closed(code, String(reason)));
  }

  #closed(code: number, reason: string): void {
    this.#unanswered = [];
    if (code === 1006 || code === CLOSE_CODES.restarting) return;
    if (code === CLOSE_CODES.done && this.#until !== undefined && this.#position === this.#until) return;
    this.#violation(`it was closed with ${code} ${reason} at ${this.#position}, until ${this.#until}`);
  }

  #take(frame: ServerFrame): void {
    switch (frame.type) {
      case 'connection':
        this.#connected(frame);
        return;
      case 'reset':
        // A reset is right for another epoch than the one that was sent, or for a new one later.
        if (frame.epoch === this.#sentEpoch) this.#violation('it was reset for no reason');
        this.#epoch = frame.epoch;
        this.#sentEpoch = frame.epoch;
        this.resets += 1;
        this.#position = frame.position;
        // The new connection is no replay: the server refuses commands that were sent meanwhile.
        this.#isReplay = false;
        this.#until = undefined;
        this.#unanswered = this.#unanswered.map((sent) => ({ ...sent, isRefused: true }));
        return;
      case 'error':
        if (this.#unanswered.shift()?.isRefused !== true) this.#violation(`${frame.code}: ${frame.message}`);
        return;
      case 'pong':
      case 'caught_up':
      case 'position':
        if (frame.type === 'position' && frame.answers !== undefined)
          this.#answered(frame.answers, frame.position);
        else this.#movedTo(frame.position);
        return;
      default:
        this.frames += 1;
        this.#received(frame.position, frame.data.project);
    }
  }

  #connected({ epoch, position }: { epoch: string; position: number }): void {
    const { epochs } = this.world;
    // A new epoch may be greeted with before the world knows that it is there.
    const isKnown = epochs.includes(epoch);
    if (this.#epoch !== undefined && isKnown && epochs.indexOf(epoch) < epochs.indexOf(this.#epoch)) {
      this.#violation('it was greeted by a log that is no more');
    }
    this.#epoch = epoch;
    this.#head = position;
    this.#position ??= position;
    if (this.#sentEpoch === undefined) this.#sentEpoch = epoch;
  }

  /** Checks an event: it must be the first after the position that this viewer may see. */
  #received(position: number, project: string): void {
    const [expected] = this.world.visible(this.#position ?? 0, position, this.#project);
    const of = this.world.log[position - 1];
    if (expected !== position || of !== project) {
      this.#violation(`at ${this.#position} it got ${position} of ${project}, not ${expected}`);
    }
    this.#position = position;
  }

  /** Checks a new position: no event that this viewer may see was left out. */
  #movedTo(position: number): void {
    const [missing] = this.world.visible(this.#position ?? 0, position, this.#project);
    if (missing !== undefined)
      this.#violation(`at ${this.#position} it was moved to ${position} without ${missing}`);
    if (position < (this.#position ?? 0)) this.#violation(`at ${this.#position} it was moved to ${position}`);
    this.#position = position;
  }

  #answered(answers: ReplayCommand['type'], position: number): void {
    const sent = this.#unanswered.shift();
    if (sent?.command.type !== answers || sent.isRefused) {
      this.#violation(`${answers} was answered, not ${JSON.stringify(sent)}`);
    } else if (sent.command.type !== 'seek') this.#movedTo(position);
    else if (sent.command.position === position) this.#position = position;
    else this.#violation(`a seek to ${sent.command.position} led to ${position}`);
  }

  #violation(what: string): void {
    this.violations.push(`${this.name} (${this.#project ?? 'all'}): ${what}`);
  }
}
