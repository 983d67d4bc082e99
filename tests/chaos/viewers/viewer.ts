/** A viewer that holds every frame to the story: each event once, in order, none missing. */
import { CLOSE_CODES, type ReplayCommand, type ServerFrame, SOCKET_PATH, serverFrame } from '@att/contracts';
import { until } from '@att/platform/testing';
import WebSocket from 'ws';
import { API_KEY } from '../../support/rest.js';
import type { World } from './world.js';

export interface Visit {
  project: string | undefined;
  /** After what was seen last, which a first visit has none of; after nothing; or live. */
  from: 'last' | 'beginning' | 'now';
  /** With `after`. */
  sendsEpoch: boolean;
  /** A replay's query beside `after`; empty: none. */
  replay: string;
  /** Where the replay is to end, from its beginning (0) to the head (1); undefined: it goes on live. */
  end: number | undefined;
}

type Sent = { command: ReplayCommand; isRefused: boolean };

export class Viewer {
  /** What should not be. */
  readonly complaints: string[] = [];
  frames = 0;
  resets = 0;
  #socket: WebSocket | undefined;
  #project: string | undefined;
  /** All that it may see up to here was shown to it; undefined before its first visit. */
  #position: number | undefined;
  #epoch: string | undefined;
  #sentEpoch: string | undefined;
  /** The head as its server told it. */
  #head = 0;
  #isReplay = false;
  #until: number | undefined;
  #unanswered: Sent[] = [];

  constructor(
    private readonly name: string,
    private readonly world: World,
  ) {}

  get isHere(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  get isReplaying(): boolean {
    return this.isHere && this.#isReplay;
  }

  /** Leaves where it was, if it was somewhere, and comes in again. */
  come({ project, from, sendsEpoch, replay, end }: Visit): void {
    this.leave();
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

  leave(): void {
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
    if (this.isHere) this.#socket?.send('ping');
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

  /** Comes back for good, and resolves once it has been shown everything. */
  async seesAll(): Promise<void> {
    const home: Visit = {
      project: this.#project,
      from: 'last',
      sendsEpoch: true,
      replay: '',
      end: undefined,
    };
    this.come(home);
    const arrived = () => this.#position !== undefined && this.#position >= this.world.head;
    await until(`${this.name} sees all`, () => {
      if (this.#socket === undefined || this.#socket.readyState === WebSocket.CLOSED) this.come(home);
      this.ping();
      return arrived() || this.complaints.length > 0;
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
    this.#complain(`it was closed with ${code} ${reason} at ${this.#position}, until ${this.#until}`);
  }

  #take(frame: ServerFrame): void {
    switch (frame.type) {
      case 'connection':
        this.#greeted(frame);
        return;
      case 'reset':
        // Right after the hello for the epoch that it came with; later for one that is new.
        if (frame.epoch === this.#sentEpoch) this.#complain('it was reset for no reason');
        this.#epoch = frame.epoch;
        this.#sentEpoch = frame.epoch;
        this.resets += 1;
        this.#position = frame.position;
        // It is no replay, and never was one for its server: so it answers what was sent meanwhile.
        this.#isReplay = false;
        this.#until = undefined;
        this.#unanswered = this.#unanswered.map((sent) => ({ ...sent, isRefused: true }));
        return;
      case 'error':
        if (this.#unanswered.shift()?.isRefused !== true) this.#complain(`${frame.code}: ${frame.message}`);
        return;
      case 'pong':
      case 'caught_up':
      case 'position':
        if (frame.type === 'position' && frame.answers !== undefined)
          this.#answered(frame.answers, frame.position);
        else this.#toldPosition(frame.position);
        return;
      default:
        this.frames += 1;
        this.#shown(frame.position, frame.data.project);
    }
  }

  #greeted({ epoch, position }: { epoch: string; position: number }): void {
    const { epochs } = this.world;
    if (this.#epoch !== undefined && epochs.indexOf(epoch) < epochs.indexOf(this.#epoch)) {
      this.#complain('it was greeted by a log that is no more');
    }
    this.#epoch = epoch;
    this.#head = position;
    this.#position ??= position;
    if (this.#sentEpoch === undefined) this.#sentEpoch = epoch;
  }

  /** An event: of what it may see after its position, the first. */
  #shown(position: number, project: string): void {
    const [expected] = this.world.visible(this.#position ?? 0, position, this.#project);
    const of = this.world.log[position - 1];
    if (expected !== position || of !== project) {
      this.#complain(`at ${this.#position} it was shown ${position} of ${project}, not ${expected}`);
    }
    this.#position = position;
  }

  /** All that it may see up to here was shown to it. */
  #toldPosition(position: number): void {
    const [missing] = this.world.visible(this.#position ?? 0, position, this.#project);
    if (missing !== undefined)
      this.#complain(`at ${this.#position} it was told ${position} without ${missing}`);
    if (position < (this.#position ?? 0)) this.#complain(`at ${this.#position} it was told ${position}`);
    this.#position = position;
  }

  #answered(answers: ReplayCommand['type'], position: number): void {
    const sent = this.#unanswered.shift();
    if (sent?.command.type !== answers || sent.isRefused) {
      this.#complain(`${answers} was answered, not ${JSON.stringify(sent)}`);
    } else if (sent.command.type !== 'seek') this.#toldPosition(position);
    else if (sent.command.position === position) this.#position = position;
    else this.#complain(`a seek to ${sent.command.position} led to ${position}`);
  }

  #complain(what: string): void {
    this.complaints.push(`${this.name} (${this.#project ?? 'all'}): ${what}`);
  }
}
