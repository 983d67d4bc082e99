/** Replay server, as docs/adr/0010 describes it, with frames and commands in flight. */
import { CLOSE_CODES, frameOf, type ServerFrame, type TaskEvent } from '@att/contracts';
import type { ReplayQuery } from '../replay/replay-state';
import type { ClientMessage } from '../socket/make-socket-shell';

export const EPOCH = '00000000-0000-4000-8000-000000000001';
const timestamp = '2026-01-31T12:00:00.000Z';

export class ReplayServer {
  /** Frames that were sent and not received. */
  readonly #frames: ServerFrame[] = [];
  /** Commands that were sent and not carried out. */
  readonly #commands: ClientMessage[] = [];
  #position: number;
  #isPaused = false;
  #isDone = false;

  constructor(
    private readonly log: readonly TaskEvent[],
    readonly query: ReplayQuery,
  ) {
    this.#position = query.after;
    const head = log.at(-1)?.position ?? 0;
    this.#frames.push({
      type: 'connection',
      message: '',
      project: null,
      epoch: EPOCH,
      position: head,
      timestamp,
    });
  }

  receive(command: ClientMessage): void {
    this.#commands.push(command);
  }

  /** Carries out the oldest command. */
  carryOut(): void {
    const command = this.#commands.shift();
    if (command === undefined || this.#isDone) return;
    if (command.type === 'ping') {
      this.#frames.push({ type: 'pong', message: 'pong', position: this.#position, timestamp });
      return;
    }
    if (command.type === 'pause') this.#isPaused = true;
    if (command.type === 'resume') this.#isPaused = false;
    if (command.type === 'seek') {
      if (command.position > this.query.until) throw new Error('a seek past until');
      this.#position = command.position;
    }
    this.#frames.push({ type: 'position', position: this.#position, timestamp, answers: command.type });
  }

  beat(): void {
    if (!this.#isDone) this.#frames.push({ type: 'position', position: this.#position, timestamp });
  }

  /** Sends the next event that is due, or the end. */
  send(): void {
    if (this.#isPaused || this.#isDone) return;
    const { project, until } = this.query;
    const next = this.log.find(
      (event) =>
        event.position > this.#position &&
        event.position <= until &&
        (project === undefined || event.project === project),
    );
    if (next === undefined) {
      this.#frames.push({ type: 'caught_up', position: until, timestamp });
      this.#isDone = true;
    } else {
      this.#frames.push(frameOf(next));
      this.#position = next.position;
    }
  }

  /** Takes at most so many frames for the client; with a close code once all are read and the replay has ended. */
  read(most: number): { frames: ServerFrame[]; closed: number | undefined } {
    const frames = this.#frames.splice(0, most);
    const isOver = this.#isDone && this.#frames.length === 0;
    return { frames, closed: isOver ? CLOSE_CODES.done : undefined };
  }
}
