/**
 * Counts the WebSocket frames of one socket without parsing their payloads: a client made with `ws` would take more
 * processor time than the server that is measured.
 */
const TEXT = 0x81;
const CLOSE = 0x88;
const PING = 0x89;
/** Offset of the type's first letter in `{"type":"task_…`. */
const TYPE_OFFSET = '{"type":"'.length;
const FIRST_LETTER_OF_EVENT_TYPES = 't'.charCodeAt(0);

export class FrameCounter {
  /** Number of event frames: their types begin with `task_`. */
  events = 0;
  /** Number of other text frames: hello, position, caught_up … */
  others = 0;
  /** Number of pings; the client has to answer them. */
  pings = 0;
  isClosed = false;
  #skip = 0;
  #partialHeader: Buffer = Buffer.alloc(0);

  take(chunk: Buffer): void {
    let at = this.#skip;
    if (this.#partialHeader.length > 0) {
      chunk = Buffer.concat([this.#partialHeader, chunk]);
      this.#partialHeader = Buffer.alloc(0);
      at = 0;
    }
    while (at < chunk.length) {
      const end = this.#count(chunk, at);
      if (end === undefined) {
        this.#partialHeader = Buffer.from(chunk.subarray(at));
        at = chunk.length;
      } else at = end;
    }
    this.#skip = at - chunk.length;
  }

  /** @returns where the frame ends, which may be in a later chunk; undefined when the chunk ends within the header or before the type */
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
      if (left < header + TYPE_OFFSET + 1) return undefined;
      if (chunk[at + header + TYPE_OFFSET] === FIRST_LETTER_OF_EVENT_TYPES) this.events += 1;
      else this.others += 1;
    } else if (kind === PING) this.pings += 1;
    else if (kind === CLOSE) this.isClosed = true;
    else throw new Error(`a frame that begins with ${kind}`);
    return at + header + length;
  }
}
