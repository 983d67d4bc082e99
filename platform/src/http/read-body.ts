/** Reads a request's body without trusting what it says of itself. */
import type { IncomingMessage } from 'node:http';
import { ProblemError } from './problem-error.js';

/** Milliseconds without a byte after which a body is given up. */
const STALL_TIMEOUT = 10_000;
/** Bytes and milliseconds for which the rest of a refused body is swallowed, so that its sender can read the answer. */
const DISCARD_BYTES = 16 * 1024 * 1024;
const DISCARD_TIMEOUT = 5_000;

/** Bytes of a chunk that is kept as it came, and of a block that smaller ones are copied to. */
const LARGE_CHUNK = 4 * 1024;
const BLOCK = 16 * 1024;

/** A body as it comes. A sender may cut it into chunks of a byte, each of which would be an object of 200 bytes. */
class Pieces {
  readonly #pieces: Buffer[] = [];
  #block: Buffer | undefined;
  #blockLength = 0;

  add(chunk: Buffer): void {
    if (this.#pieces.length === 0 || chunk.length >= LARGE_CHUNK) {
      this.#closeBlock();
      this.#pieces.push(chunk);
      return;
    }
    if (this.#blockLength + chunk.length > BLOCK) this.#closeBlock();
    this.#block ??= Buffer.allocUnsafeSlow(BLOCK);
    this.#blockLength += chunk.copy(this.#block, this.#blockLength);
  }

  all(): Buffer {
    this.#closeBlock();
    return this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces);
  }

  #closeBlock(): void {
    if (this.#block !== undefined) this.#pieces.push(this.#block.subarray(0, this.#blockLength));
    this.#block = undefined;
    this.#blockLength = 0;
  }
}

interface BodyReading {
  lastByteAt: number;
  stalled(): void;
}

/** Bodies under way. One sweep a second looks at all of them, instead of a timer for each of thousands a second. */
const readings = new Set<BodyReading>();
setInterval(() => {
  const tooOld = performance.now() - STALL_TIMEOUT;
  for (const reading of readings) if (reading.lastByteAt < tooOld) reading.stalled();
}, 1_000).unref();

/**
 * The body's bytes. Rejects with a ProblemError when it is too large or too slow; never settles when
 * the sender goes away, as nobody is left to answer.
 *
 * @param limit bytes, counted as they come
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > limit) return reject(tooLarge(request, limit));

    const pieces = new Pieces();
    let size = 0;
    const reading: BodyReading = { lastByteAt: performance.now(), stalled: () => fail(tooSlow(request)) };
    readings.add(reading);

    request.on('data', onData);
    request.on('end', onEnd);
    request.on('close', onClose);

    function onData(chunk: Buffer): void {
      size += chunk.length;
      if (size > limit) {
        fail(tooLarge(request, limit));
        return;
      }
      reading.lastByteAt = performance.now();
      pieces.add(chunk);
    }
    function onEnd(): void {
      readings.delete(reading);
      resolve(pieces.all());
    }
    function onClose(): void {
      readings.delete(reading);
    }
    function fail(error: ProblemError): void {
      readings.delete(reading);
      request.off('data', onData);
      request.off('end', onEnd);
      reject(error);
    }
  });
}

function tooLarge(request: IncomingMessage, limit: number): ProblemError {
  discardRest(request);
  return new ProblemError('body_too_large', `The body may have at most ${limit} bytes.`);
}

function tooSlow(request: IncomingMessage): ProblemError {
  discardRest(request);
  const seconds = STALL_TIMEOUT / 1000;
  return new ProblemError('request_timeout', `No byte of the body came for ${seconds} seconds.`, {
    headers: {
      Connection: 'close',
    },
  });
}

/**
 * An answer sent while the sender still writes is lost to it when the connection is reset, so the rest
 * is read and thrown away, within bounds.
 */
export function discardRest(request: IncomingMessage): void {
  let discarded = 0;
  const timer = setTimeout(() => request.destroy(), DISCARD_TIMEOUT).unref();
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > DISCARD_BYTES) request.destroy();
  });
  request.on('close', () => clearTimeout(timer));
  request.on('end', () => clearTimeout(timer));
}
