import type { Duplex } from 'node:stream';
import { CLOSE_CODES, type CloseReason } from '@att/contracts';
import type { WebSocket } from 'ws';
import type { RealtimeMetrics } from './realtime-metrics.js';

export interface ClientOptions {
  ws: WebSocket;
  /** The connection under `ws`, for frames that are framed already. */
  socket: Duplex;
  maxUnsentBytes: number;
  metrics: RealtimeMetrics;
}

/** Bytes of a close frame's reason (RFC 6455, section 5.5, less the code). */
const MAX_REASON_BYTES = 123;

/** A socket, as the rest of the service sees it. */
export class Client {
  /** Position up to which everything that the client may see was written to its socket. */
  position = 0;
  /** Name of the key that opened it. */
  actor = '';
  /** Project whose frames it gets; undefined: frames of all projects. */
  project: string | undefined;

  readonly ws: WebSocket;
  readonly #socket: Duplex;
  readonly #maxUnsentBytes: number;
  readonly #metrics: RealtimeMetrics;
  readonly #gone = new AbortController();

  constructor({ ws, socket, maxUnsentBytes, metrics }: ClientOptions) {
    this.ws = ws;
    this.#socket = socket;
    this.#maxUnsentBytes = maxUnsentBytes;
    this.#metrics = metrics;
    ws.on('close', () => this.#gone.abort());
    // The errors are of messages that are too large or malformed; `ws` answers them with the close code itself.
    ws.on('error', () => {});
  }

  get isOpen(): boolean {
    return this.ws.readyState === this.ws.OPEN;
  }

  /** Aborted once either side has closed the socket. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Calls back whenever the other side shows that it is there: a pong, a message, or a read of waiting bytes. */
  onSignOfLife(heard: () => void): void {
    this.ws.on('pong', heard);
    this.ws.on('message', heard);
    this.#socket.on('drain', heard);
  }

  /** Writes whole frames, framed already. A client whose unsent bytes have passed the bound is closed instead. */
  write(bytes: Buffer): void {
    if (!this.isOpen) return;
    if (this.ws.bufferedAmount > this.#maxUnsentBytes) {
      this.close('tooSlow', 'too slow: reconnect with after');
      return;
    }
    this.#socket.write(bytes);
  }

  /** Resolves once all written bytes have left, or the client has gone. */
  async drained(): Promise<void> {
    if (!this.#socket.writableNeedDrain || this.gone.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#socket.off('drain', done);
        this.gone.removeEventListener('abort', done);
        resolve();
      };
      this.#socket.on('drain', done);
      this.gone.addEventListener('abort', done);
    });
  }

  close(code: CloseReason, reason: string): void {
    if (!this.isOpen) return;
    this.#metrics.closes.inc({ reason: code });
    this.ws.close(CLOSE_CODES[code], cutToBytes(reason, MAX_REASON_BYTES));
    this.#gone.abort();
  }

  /** Ends the connection without a close frame: the other side does not answer. */
  terminate(): void {
    this.#metrics.closes.inc({ reason: 'noPong' });
    this.ws.terminate();
  }
}

function cutToBytes(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
