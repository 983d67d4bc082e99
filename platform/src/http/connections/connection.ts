/**
 * A connection takes one request at a time. A request that came whole and plain is answered by its hot route; every other
 * goes to node:http, framed. Bytes behind it wait here (a chunk) and in the kernel until it is answered, so a sender that
 * asks faster than it reads answers slows down nobody but itself.
 */
import type { Socket } from 'node:net';
import { answerText, type WholeAnswer } from '../whole-answer.js';
import { readWhole, type WholeRequest } from '../whole-request.js';
import { afterEmptyLines, HeadBytes, refusalOfHead } from './head-bytes.js';
import { otherHost, type Refusal, refusalText } from './refusal.js';
import { type RequestBody, requestBody } from './request-body.js';
import { MAX_HEAD_BYTES, type RequestHead, readHead } from './request-head.js';
import { RequestStream } from './request-stream.js';

/** Answers by calling `answer` once, now or later; never throws. */
export type WholeHandler = (request: WholeRequest, answer: (answer: WholeAnswer) => void) => void;

export interface ConnectionOptions {
  wholeHandlers: ReadonlyMap<string, WholeHandler>;
  acceptsHost(host: string): boolean;
  /** Gives the stream to node:http. */
  parse(stream: RequestStream): void;
  /** Seconds, for the header `Keep-Alive`. */
  keepAlive: number;
  isClosing(): boolean;
  onRefused(refusal: Refusal): void;
  /** Called when the connection is gone, or is a WebSocket's now. */
  onLeft(connection: Connection): void;
}

const HEAD_END = '\r\n\r\n';
const NOTHING = Buffer.alloc(0);
/** Limit of bytes of a body that come after its request was answered. */
const MAX_LATE_BYTES = 16 * 1024 * 1024;

export class Connection {
  readonly socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #head = new HeadBytes();
  /** Bytes behind the request under way. */
  #waiting: Buffer | undefined;
  #stream: RequestStream | undefined;
  /** Body that node:http still gets bytes of; undefined once it has all. */
  #body: RequestBody | undefined;
  #lateBytes = 0;
  #isDirect = false;
  #isAnswered = false;
  /** True once the sender has ended its side. */
  #isEnded = false;
  /** True once no further request is read. */
  #isOver = false;
  #isRefused = false;
  /** True once another protocol has the socket. */
  #isReleased = false;

  /** True while a request is under way: its body comes, or its answer does. */
  isBusy = false;
  hasAsked = false;
  /** Time of opening or of the last answer; like the times below, in milliseconds on the clock of `performance.now()`. */
  idleSince = performance.now();
  /** Time of the first byte of a head that is not whole yet. */
  headSince: number | undefined;
  /** Time since which an answer waits to be read. */
  unreadSince: number | undefined;
  /** Time since which a request is answered and its body still comes. */
  lateSince: number | undefined;

  readonly #onData = (chunk: Buffer) => this.#take(chunk);
  readonly #onEnd = () => this.#end();
  readonly #onError = () => this.socket.destroy();
  readonly #onClose = () => this.#leave();
  readonly #takes = (path: string) => this.#options.wholeHandlers.has(path);

  constructor(socket: Socket, options: ConnectionOptions) {
    this.socket = socket;
    this.#options = options;
    socket
      .on('data', this.#onData)
      .on('end', this.#onEnd)
      .on('error', this.#onError)
      .on('close', this.#onClose);
  }

  /** Called when node:http has answered the present request. */
  answered(): void {
    this.#isAnswered = true;
    this.#goOnIfDone();
  }

  /** Gives the socket to another protocol, with the bytes that have come for that already. */
  release(): { socket: Socket; head: Buffer } {
    const { socket } = this;
    const head = this.#waiting ?? NOTHING;
    this.#isReleased = true;
    socket
      .off('data', this.#onData)
      .off('end', this.#onEnd)
      .off('error', this.#onError)
      .off('close', this.#onClose);
    this.#options.onLeft(this);
    if (socket.isPaused()) socket.resume();
    return { socket, head };
  }

  /** Answers the present request with a refusal, unless it is answered, and ends the connection. */
  refuse(refusal: Refusal): void {
    if (this.#isRefused) return;
    this.#options.onRefused(refusal);
    const mayAnswer = !this.#isAnswered && this.unreadSince === undefined && this.socket.writable;
    this.#isRefused = true;
    this.#body = undefined;
    this.#waiting = undefined;
    this.isBusy = true;
    this.lateSince = performance.now();
    this.#stream?.destroy();
    if (!mayAnswer) return void this.socket.destroySoon();
    this.socket.end(refusalText(refusal));
    // Further bytes are read and thrown away for a while: a sender whose bytes meet a closed connection loses the answer.
    this.socket.resume();
  }

  #take(chunk: Buffer): void {
    if (this.#isRefused) return;
    if (this.isBusy) {
      if (this.#body === undefined) this.#hold(chunk);
      else this.#giveBody(this.#body, chunk);
      return;
    }
    if (!this.#head.isEmpty) {
      const bytes = this.#head.add(chunk);
      if (bytes !== undefined) this.#read(bytes);
      return;
    }
    const request = readWhole(chunk, this.#takes, this.#options.acceptsHost);
    if (request === undefined) this.#read(chunk);
    else this.#answerWhole(request);
  }

  #hold(rest: Buffer): void {
    this.#waiting = this.#waiting === undefined ? rest : Buffer.concat([this.#waiting, rest]);
    this.socket.pause();
  }

  /** Reads the next request, or waits for the rest of its head. */
  #read(bytes: Buffer): void {
    const start = afterEmptyLines(bytes);
    const text = bytes.toString('latin1', start, start + MAX_HEAD_BYTES);
    const end = text.indexOf(HEAD_END);
    const refusal = refusalOfHead(end < 0 ? text : text.slice(0, end), end >= 0);
    if (refusal !== undefined) return void this.refuse(refusal);
    if (end < 0) {
      if (this.#head.isEmpty) this.#head.start(bytes);
      if (text !== '') this.headSince ??= performance.now();
      if (this.#isEnded) this.#end();
      return;
    }
    this.headSince = undefined;
    this.#head.clear();
    const head = readHead(text.slice(0, end));
    if ('code' in head) return void this.refuse(head);
    const { host } = head;
    if (host !== undefined && !this.#options.acceptsHost(host)) return void this.refuse(otherHost(host));
    this.#begin(head, bytes.subarray(start), end + HEAD_END.length);
  }

  #begin(head: RequestHead, bytes: Buffer, bodyStart: number): void {
    const { framing } = head;
    if (framing.kind === 'length' && bytes.length - bodyStart >= framing.bytes) {
      const end = bodyStart + framing.bytes;
      if (end < bytes.length) this.#hold(bytes.subarray(end));
      const request = readWhole(bytes.subarray(0, end), this.#takes, this.#options.acceptsHost);
      if (request !== undefined) return void this.#answerWhole(request);
      this.#give(head, undefined);
      if (framing.bytes > 0) this.#stream?.push(bytes.subarray(bodyStart, end));
      return;
    }
    const body = requestBody(framing);
    this.#give(head, body);
    if (bodyStart < bytes.length) this.#giveBody(body, bytes.subarray(bodyStart));
    if (this.#isEnded) this.#end();
  }

  #answerWhole(request: WholeRequest): void {
    this.isBusy = true;
    this.#isDirect = true;
    const handle = this.#options.wholeHandlers.get(request.path) as WholeHandler;
    handle(request, (answer) => this.#finishWhole(answer));
  }

  #finishWhole(answer: WholeAnswer): void {
    const { socket } = this;
    this.#isDirect = false;
    this.hasAsked = true;
    this.idleSince = performance.now();
    if (!socket.writable) {
      this.isBusy = false;
      return;
    }
    const isLast = (this.#isEnded && this.#waiting === undefined) || this.#options.isClosing();
    const text = answerText(answer, isLast ? undefined : this.#options.keepAlive);
    // UTF-8 costs a second measuring of the text before it is written.
    const encoding = Buffer.byteLength(text) === text.length ? 'latin1' : 'utf8';
    const isTaken = socket.write(text, encoding);
    // Not `end`, which waits for the other side to close, too: a pool of connections may not look at them for minutes.
    if (isLast) return void socket.destroySoon();
    if (isTaken) return void this.#next();
    this.unreadSince = this.idleSince;
    socket.once('drain', () => {
      this.unreadSince = undefined;
      this.#next();
    });
  }

  #give(head: RequestHead, body: RequestBody | undefined): void {
    this.isBusy = true;
    this.#isAnswered = false;
    this.#body = body;
    this.#lateBytes = 0;
    if (this.#stream === undefined) {
      this.#stream = new RequestStream(this.#ownStream());
      this.#options.parse(this.#stream);
    }
    this.#stream.push(Buffer.from(head.text, 'latin1'));
  }

  #giveBody(body: RequestBody, chunk: Buffer): void {
    const taken = body.take(chunk);
    if ('code' in taken) return void this.refuse(taken);
    if (body.isDone) this.#body = undefined;
    if (taken.used < chunk.length) this.#hold(chunk.subarray(taken.used));
    if (this.lateSince !== undefined) this.#lateBytes += taken.used;
    if (this.#lateBytes > MAX_LATE_BYTES) return void this.socket.destroy();
    if (taken.text.length > 0 && this.#stream?.push(taken.text) === false && !body.isDone)
      this.socket.pause();
    this.#goOnIfDone();
  }

  #goOnIfDone(): void {
    if (!this.#isAnswered || this.#isRefused) return;
    if (this.#body !== undefined) {
      this.lateSince ??= performance.now();
      return;
    }
    this.lateSince = undefined;
    this.#isAnswered = false;
    this.hasAsked = true;
    this.idleSince = performance.now();
    this.#next();
  }

  /** Reads the next request. Bytes that wait already are read in another turn of the event loop, after the other connections. */
  #next(): void {
    this.isBusy = false;
    if (this.#isOver) return;
    if (this.#waiting === undefined) {
      if (this.#isEnded || this.#options.isClosing()) this.socket.destroySoon();
      else if (this.socket.isPaused()) this.socket.resume();
      return;
    }
    this.isBusy = true;
    setImmediate(() => {
      const bytes = this.#waiting;
      this.isBusy = false;
      this.#waiting = undefined;
      if (bytes === undefined || this.socket.destroyed) return;
      this.socket.resume();
      this.#read(bytes);
    });
  }

  #ownStream() {
    return {
      onWanted: () => {
        if (this.#body !== undefined && this.socket.isPaused()) this.socket.resume();
      },
      write: (bytes: Buffer, done: (error?: Error | null) => void) => {
        if (this.#isRefused) return void done(new Error('the connection has ended'));
        this.unreadSince = performance.now();
        this.socket.write(bytes, (error) => {
          this.unreadSince = undefined;
          done(error);
        });
      },
      onEnding: () => {
        this.#isOver = true;
      },
      onEnded: () => {
        this.#isOver = true;
        if (!this.#isRefused) this.socket.destroySoon();
      },
      onDestroyed: () => {
        this.#stream = undefined;
        // node:http ends connections that it takes for idle, as one is to it while a hot route answers.
        if (!this.#isDirect && !this.#isRefused && !this.#isReleased) this.socket.destroy();
      },
    };
  }

  #end(): void {
    this.#isEnded = true;
    if (this.#isRefused) return;
    if (this.isBusy) {
      if (this.#body !== undefined) this.#stream?.push(null);
    } else if (this.headSince === undefined) {
      this.socket.end();
    } else {
      this.refuse({ code: 'malformed_request', detail: 'The request ends within its head.' });
    }
  }

  #leave(): void {
    this.#waiting = undefined;
    this.#head.clear();
    this.#stream?.destroy();
    this.#options.onLeft(this);
  }
}
