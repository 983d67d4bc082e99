import type { ReplayCommand, ReplaySpeed } from '@att/contracts';
import type { CatchUpOptions } from './catch-up.js';
import type { Client } from './client.js';
import { carriedOutFrame, caughtUpFrame } from './control-frames.js';
import { type EncodedFrame, join } from './encoded-frame.js';
import { MessageRefusedError } from './message-refused-error.js';
import { type FramePage, Pager } from './next-page.js';
import { nextSource } from './next-source.js';
import { ReplayClock } from './replay-clock.js';
import { REPLAY_TRANSITIONS, type ReplayEvent, type ReplayState } from './replay-state.js';

export interface ReplayParameters {
  speed: ReplaySpeed;
  /** Recorded milliseconds. */
  maxGap: number;
  /** Last position to play; undefined: plays to the live end, and goes on live. */
  until: number | undefined;
  /** Head of the log when the socket was opened. */
  head: number;
}

/** Bytes of payload of a page that is held until it is due. With the frames' own fields two pages have 0.2 MiB at most. */
const HELD_BYTES = 32 * 1024;
/** Milliseconds: the longest time that a timer takes. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Plays the events after a client's position at the pace of its clock, until `until` or the live end. At the live end the
 * client joins the subscribers, and may seek back. Two pages at most are held for it: the one that is played and, while
 * that has to wait, the next one; none while it is paused.
 */
export class Replay {
  readonly #clock: ReplayClock;
  readonly #pager: Pager;
  #page: FramePage | undefined;
  #next = 0;
  #ahead: { after: number; page: Promise<FramePage | undefined> } | undefined;
  /** Count of times that pages were forgotten. A page that was asked for before the last one is dropped when it arrives. */
  #forgotten = 0;
  #state: ReplayState = 'playing';
  #wake = () => {};

  constructor(
    private readonly client: Client,
    private readonly parameters: ReplayParameters,
    private readonly options: CatchUpOptions,
  ) {
    this.#clock = new ReplayClock(parameters.speed, parameters.maxGap, performance.now());
    this.#pager = new Pager(client, options);
    client.gone.addEventListener('abort', () => this.#wake());
  }

  /** Bytes of a page. At `max` a page is not held but sent at once, so it may be large. */
  get #pageBytes(): number {
    return this.#clock.speed === 'max' ? this.options.pageBytes : HELD_BYTES;
  }

  get isLive(): boolean {
    return this.#state === 'live';
  }

  /** Stops the replay for good: the log that it plays was replaced. */
  end(): void {
    this.#transition('end');
    this.#forgetPages();
    this.#wake();
  }

  /** Resolves when the client has gone, was closed at `until`, or `end` was called. */
  async run(): Promise<void> {
    const { client, options } = this;
    const { until } = this.parameters;
    while (client.isOpen && this.#state !== 'ended') {
      if (this.#state !== 'playing') await this.#wait(Infinity);
      else if (until !== undefined && client.position >= until) this.#finish(until);
      else if (until === undefined && nextSource(client.position, options.ring) === 'live')
        this.#transition('caught_up');
      else await this.#play();
    }
  }

  /**
   * Takes effect at once: what is sent after the answer was sent under the command.
   *
   * @returns the answer
   * @throws MessageRefusedError, and nothing has changed
   */
  carryOut(command: ReplayCommand): Buffer {
    if (command.type === 'seek') this.#refuseOutside(command.position);
    const now = performance.now();
    this.#transition(command.type);
    switch (command.type) {
      case 'pause':
        this.#forgetPages();
        this.#clock.pause(now);
        break;
      case 'resume':
        this.#clock.resume(now);
        break;
      case 'speed':
        this.#clock.setSpeed(command.speed, now);
        break;
      case 'seek':
        this.client.position = command.position;
        this.#forgetPages();
        this.#clock.jump();
        break;
    }
    this.#wake();
    const { position } = this.client;
    return carriedOutFrame(command.type, this.isLive ? Math.max(position, this.options.ring.tip) : position);
  }

  #transition(event: ReplayEvent): void {
    const before = this.#state;
    this.#state = REPLAY_TRANSITIONS[before][event];
    if (before !== 'live' && this.#state === 'live') this.#joinLive();
    if (before === 'live' && this.#state !== 'live') this.#leaveLive();
  }

  #refuseOutside(position: number): void {
    const { until, head } = this.parameters;
    if (until !== undefined && position > until) {
      throw new MessageRefusedError('past_until', `the replay ends at ${until}`);
    }
    const end = Math.max(head, this.options.ring.tip);
    if (position > end) throw new MessageRefusedError('position_ahead', `the log ends at ${end}`);
  }

  /** Forgets the pages that are held, and those that are being read. */
  #forgetPages(): void {
    this.#page = undefined;
    this.#ahead = undefined;
    this.#forgotten += 1;
  }

  /** Sends the frames that are due, or waits for the next one. */
  async #play(): Promise<void> {
    const { client, options } = this;
    this.#page ??= await this.#nextPage();
    if (this.#page === undefined) return;
    const now = performance.now();
    const due: EncodedFrame[] = [];
    let wait = 0;
    for (; this.#next < this.#page.frames.length; this.#next++) {
      const frame = this.#page.frames[this.#next] as EncodedFrame;
      const recordedAt = Date.parse(frame.recordedAt);
      wait = this.#clock.wait(recordedAt, now);
      if (wait > 0) break;
      this.#clock.played(recordedAt, now);
      due.push(frame);
      client.position = frame.position;
    }
    if (due.length > 0) {
      client.write(join(due));
      options.onSent(due.length);
    }
    if (wait > 0) {
      this.#readAhead(this.#page.position);
      if (due.length === 0) await this.#wait(wait);
    } else {
      client.position = this.#page.position;
      this.#page = undefined;
    }
    await client.drained();
  }

  /** The page after the client's position; undefined when the client has gone, paused or sought elsewhere in the meantime. */
  async #nextPage(): Promise<FramePage | undefined> {
    const { position } = this.client;
    const forgotten = this.#forgotten;
    const ahead = this.#ahead?.after === position ? this.#ahead.page : undefined;
    this.#ahead = undefined;
    const page = await (ahead ?? this.#pager.after(position, this.#pageBytes));
    if (forgotten !== this.#forgotten) return undefined;
    this.#next = 0;
    return page && this.#cutAtEnd(page);
  }

  #cutAtEnd({ frames, position }: FramePage): FramePage {
    const { until = Infinity } = this.parameters;
    if (position <= until) return { frames, position };
    return { frames: frames.filter((frame) => frame.position <= until), position: until };
  }

  /** Reads the next page early, so that its first event need not wait for the log. */
  #readAhead(after: number): void {
    const { until = Infinity } = this.parameters;
    if (this.#ahead !== undefined || after >= until) return;
    if (nextSource(after, this.options.ring) !== 'log') return;
    const page = this.#pager.after(after, this.#pageBytes);
    // `#nextPage` handles a failure. After a seek nothing awaits this page, and its failure must not end the process.
    page.catch(() => {});
    this.#ahead = { after, page };
  }

  /** Joins the subscribers in this turn of the event loop, as at the end of catching up. */
  #joinLive(): void {
    this.#forgetPages();
    this.options.subscribers.add(this.client);
    this.client.write(caughtUpFrame(Math.max(this.client.position, this.options.ring.tip)));
  }

  #leaveLive(): void {
    this.options.subscribers.delete(this.client);
    this.client.position = Math.max(this.client.position, this.options.ring.tip);
    // The clock has not seen the events that were sent live: the next event is due at once.
    this.#clock.jump();
  }

  #finish(until: number): void {
    this.client.write(caughtUpFrame(until));
    this.client.close('done', 'the replay has reached until');
  }

  /** Waits until the time has passed, a command was given, or the client has gone. */
  async #wait(milliseconds: number): Promise<void> {
    if (!this.client.isOpen) return;
    await new Promise<void>((resolve) => {
      // A timer cuts fractions off and would come just before the event is due.
      const timer =
        milliseconds === Infinity
          ? undefined
          : setTimeout(resolve, Math.min(Math.ceil(milliseconds), LONGEST_TIMER));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
