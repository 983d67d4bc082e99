/** Model server: the other end of a live socket, with logs, frames on their way, and the ways in which sockets end. */
import type { EventFrame, ServerFrame } from '@att/contracts';
import type { Cursor } from '../live/socket-state';

const timestamp = '2026-01-31T12:00:00.000Z';

export interface ModelLog {
  epoch: string;
  head: number;
  /** Events that are sent; positions between them are of operator commands. */
  events: readonly EventFrame[];
}

export class ModelServer {
  isUp = true;
  log: ModelLog = { epoch: epochOf(1), head: 0, events: [] };
  /** Every log so far by its epoch, in its last state. */
  readonly logs = new Map<string, ModelLog>([[this.log.epoch, this.log]]);
  /** Frames that were sent and not received yet; undefined without a socket. */
  #wire: ServerFrame[] | undefined;
  /** True when neither frames nor a close come through any more. */
  #isDead = false;
  /** Epoch of the log that the present socket follows. */
  #follows: string | undefined;

  get hasSocket(): boolean {
    return this.#wire !== undefined;
  }

  /** True when what one end sends reaches the other. */
  get isReachable(): boolean {
    return this.hasSocket && !this.#isDead;
  }

  /** @param eventAt the event at a position; without it, an operator command is appended, which is not sent */
  append(eventAt?: (position: number) => EventFrame): void {
    const head = this.log.head + 1;
    const event = eventAt?.(head);
    const { events } = this.log;
    this.#become({ ...this.log, head, events: event === undefined ? events : [...events, event] });
    if (event !== undefined) this.#send(event);
  }

  /** Restores a backup: the log is as it was at an earlier position, and goes on differently. */
  restore(position: number): void {
    const head = Math.max(0, position);
    const events = this.log.events.filter((event) => event.position <= head);
    this.#become({ epoch: epochOf(this.logs.size + 1), head, events });
  }

  /** Accepts a socket. @returns false when the server is down */
  accept({ after, epoch }: Cursor): boolean {
    this.forget();
    if (!this.isUp) return false;
    const { log } = this;
    this.#wire = [];
    this.#follows = log.epoch;
    const position = log.head;
    this.#send({ type: 'connection', message: '', project: null, epoch: log.epoch, position, timestamp });
    if (after === undefined) return true;
    if ((epoch !== undefined && epoch !== log.epoch) || after > position) {
      this.#send({ type: 'reset', reason: 'another log', epoch: log.epoch, position, timestamp });
      return true;
    }
    for (const event of log.events) if (event.position > after) this.#send(event);
    this.#send({ type: 'caught_up', position, timestamp });
    return true;
  }

  heartbeat(): void {
    this.#send({ type: 'position', position: this.log.head, timestamp });
  }

  ping(): void {
    this.#send({ type: 'pong', message: 'pong', position: this.log.head, timestamp });
  }

  /** Takes the next frame that comes through. */
  take(): ServerFrame | undefined {
    return this.#isDead ? undefined : this.#wire?.shift();
  }

  /** Breaks the connection without a close. */
  die(): void {
    this.#isDead = true;
  }

  /** Drops the socket and the frames on their way. */
  forget(): void {
    this.#wire = undefined;
    this.#isDead = false;
  }

  #send(frame: ServerFrame): void {
    if (this.#follows === this.log.epoch) this.#wire?.push(frame);
  }

  #become(log: ModelLog): void {
    this.log = log;
    this.logs.set(log.epoch, log);
  }
}

function epochOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}
