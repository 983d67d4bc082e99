/** The connection as node:http sees it: one request at a time goes in, and answers come out at the pace of their reader. */
import { Duplex } from 'node:stream';

export interface RequestStreamOwner {
  /** node:http takes more of the body. */
  onWanted(): void;
  /** @param done called once the bytes have left the process */
  write(bytes: Buffer, done: (error?: Error | null) => void): void;
  /** node:http ends the connection after what it has written, and reads no further request from it. */
  onEnding(): void;
  onEnded(): void;
  onDestroyed(): void;
}

/** Bytes written at once: each piece that leaves shows that somebody reads. */
const PIECE_BYTES = 64 * 1024;

export class RequestStream extends Duplex {
  readonly #owner: RequestStreamOwner;

  constructor(owner: RequestStreamOwner) {
    super({ allowHalfOpen: true, emitClose: true });
    this.#owner = owner;
  }

  override _read(): void {
    this.#owner.onWanted();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#writeFrom(chunk, 0, done);
  }

  /** Head and body of an answer come apart, and leave in one packet. Large bodies may be shared: they are not copied. */
  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    const size = chunks.reduce((sum, { chunk }) => sum + chunk.length, 0);
    if (size <= PIECE_BYTES)
      this.#writeFrom(
        Buffer.concat(
          chunks.map(({ chunk }) => chunk),
          size,
        ),
        0,
        done,
      );
    else this.#writeEach(chunks, 0, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#owner.onEnded();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#owner.onDestroyed();
    done(error);
  }

  /** node:http ends a connection so, where it can. */
  destroySoon(): void {
    this.#owner.onEnding();
    if (!this.writableEnded) this.end();
  }

  #writeEach(chunks: { chunk: Buffer }[], index: number, done: (error?: Error | null) => void): void {
    const next = chunks[index];
    if (next === undefined) return void done();
    this.#writeFrom(next.chunk, 0, (error) => {
      if (error) done(error);
      else this.#writeEach(chunks, index + 1, done);
    });
  }

  #writeFrom(chunk: Buffer, start: number, done: (error?: Error | null) => void): void {
    const end = start + PIECE_BYTES;
    if (end >= chunk.length) return void this.#owner.write(start === 0 ? chunk : chunk.subarray(start), done);
    this.#owner.write(chunk.subarray(start, end), (error) => {
      if (error) done(error);
      else this.#writeFrom(chunk, end, done);
    });
  }
}
