/**
 * WebSocket client that reconnects after every drop with the last position and epoch, and starts over at a reset.
 */
import { type EventFrame, serverFrame } from '@att/contracts';
import { until } from '@att/platform/testing';
import WebSocket from 'ws';
import { API_KEY } from '../support/rest.js';

const RECONNECT_DELAY = 50;

export class Follower {
  readonly frames: EventFrame[] = [];
  /** Frames that must not come. */
  readonly violations: string[] = [];
  /** Number of resets. */
  resets = 0;
  /** Position of the first connection, or of the last reset: it must get every event after it. */
  start: number | undefined;
  connections = 0;
  readonly #url: () => string;
  readonly #project: string | undefined;
  #position = 0;
  #epoch: string | undefined;
  #awaitsReset = false;
  #socket: WebSocket | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(url: () => string, project?: string) {
    this.#url = url;
    this.#project = project;
    this.#connect();
  }

  /** Resolves once it has every event up to this position. */
  async hasReached(position: number): Promise<void> {
    await until(`the follower reaches ${position}`, () => {
      if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send('{"type":"ping"}');
      return this.#position >= position;
    });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#socket?.removeAllListeners('close').terminate();
  }

  #connect(): void {
    const url = new URL('/webhook/ws', this.#url().replace('http', 'ws'));
    url.searchParams.set('api_key', API_KEY);
    if (this.#project !== undefined) url.searchParams.set('project', this.#project);
    if (this.#epoch !== undefined) {
      url.searchParams.set('after', String(this.#position));
      url.searchParams.set('epoch', this.#epoch);
    }
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.on('message', (data) => this.#take(String(data)));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#timer = setTimeout(() => this.#connect(), RECONNECT_DELAY);
    });
  }

  #take(text: string): void {
    const frame = serverFrame.parse(JSON.parse(text));
    switch (frame.type) {
      case 'connection':
        this.connections += 1;
        if (this.#epoch === undefined) {
          this.start = frame.position;
          this.#position = frame.position;
        } else if (frame.epoch !== this.#epoch) this.#awaitsReset = true;
        this.#epoch = frame.epoch;
        return;
      case 'reset':
        this.resets += 1;
        this.#awaitsReset = false;
        this.frames.length = 0;
        this.#epoch = frame.epoch;
        this.start = frame.position;
        this.#position = frame.position;
        return;
      case 'error':
        this.violations.push(text);
        return;
      case 'pong':
      case 'position':
      case 'caught_up':
        // All that this client may see up to here was sent.
        this.#position = Math.max(this.#position, frame.position);
        return;
      default:
        if (this.#awaitsReset) this.violations.push(`of another log, with no reset before: ${text}`);
        this.frames.push(frame);
        this.#position = frame.position;
    }
  }
}
