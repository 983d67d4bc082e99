/**
 * Counts the frames of one socket without making anything of them: a client of `ws` costs more than the
 * server that is to be measured.
 */
const TEXT = 0x81;
const CLOSE = 0x88;
const PING = 0x89;
/** Text before the type's first letter in `{"type":"task_…`. */
const BEFORE_TYPE = '{"type":"'.length;
const LETTER_OF_EVENTS = 't'.charCodeAt(0);

export class FrameCounter {
  /** Event frames. */
  events = 0;
  /** Frames of any other kind of text: hello, position, caught_up … */
  others = 0;
  /** Pings that are to be answered. */
  pings = 0;
  isClosed = false;
  #skip = 0;
  #begun: Buffer = Buffer.alloc(0);

  take(chunk: Buffer): void {
    let at = this.#skip;
    if (this.#begun.length > 0) {
      chunk = Buffer.concat([this.#begun, chunk]);
      this.#begun = Buffer.alloc(0);
      at = 0;
    }
    while (at < chunk.length) {
      const end = this.#count(chunk, at);
      if (end === undefined) {
        this.#begun = Buffer.from(chunk.subarray(at));
        at = chunk.length;
      } else at = end;
    }
    this.#skip = at - chunk.length;
  }

  /** @returns where the frame ends, which may be in a later chunk; undefined when its beginning is not whole */
  #count(chunk: Buffer, at: number): number | undefined {
    const left = chunk.length - at;
    if (left < 2) return undefined;
    const short = chunk[at + 1] as number;
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (left < header) return undefined;
    const length =
      header === 2
        ? short
        : header === 4
          ? chunk.readUInt16BE(at + 2)
          : Number(chunk.readBigUInt64BE(at + 2));
    const kind = chunk[at];
    if (kind === TEXT) {
      if (left < header + BEFORE_TYPE + 1) return undefined;
      if (chunk[at + header + BEFORE_TYPE] === LETTER_OF_EVENTS) this.events += 1;
      else this.others += 1;
    } else if (kind === PING) this.pings += 1;
    else if (kind === CLOSE) this.isClosed = true;
    else throw new Error(`a frame that begins with ${kind}`);
    return at + header + length;
  }
}
