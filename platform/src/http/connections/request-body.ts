/** The rest of a body that is given on as it comes. */
import { ChunkedBody } from './chunked-body.js';
import type { Refusal } from './refusal.js';
import type { Framing } from './request-head.js';

export interface RequestBody {
  readonly isDone: boolean;
  /** @returns text to pass on to node:http, and how many of the bytes belonged to the body */
  take(bytes: Buffer): { text: Buffer; used: number } | Refusal;
}

export function requestBody(framing: Framing): RequestBody {
  return framing.kind === 'chunked' ? new ChunkedBody() : new CountedBody(framing.bytes);
}

class CountedBody implements RequestBody {
  constructor(private left: number) {}

  get isDone(): boolean {
    return this.left === 0;
  }

  take(bytes: Buffer): { text: Buffer; used: number } {
    const text = bytes.length <= this.left ? bytes : bytes.subarray(0, this.left);
    this.left -= text.length;
    return { text, used: text.length };
  }
}
