/** Request whose body comes in two halves, so that it is in flight for as long as a test wants. */
import { connect, type Socket } from 'node:net';
import { until } from '@att/platform/testing';
import { API_KEY } from './rest.js';

export interface RawAnswer {
  status: number;
  headers: string;
  body: string;
}

/** A server says this of a request whose headers it has. */
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

export class SlowRequest {
  #received = '';
  readonly #socket: Socket;
  readonly #rest: string;
  readonly #closed: Promise<void>;

  private constructor(socket: Socket, rest: string) {
    this.#socket = socket;
    this.#rest = rest;
    socket.setEncoding('utf8').on('data', (text: string) => {
      this.#received += text;
    });
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => {});
  }

  /** Sends headers and half of the body. Resolves once the server has taken the headers. */
  static async begin(port: number, path: string, report: object): Promise<SlowRequest> {
    const body = JSON.stringify(report);
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${API_KEY}\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nExpect: 100-continue\r\n\r\n`,
    );
    const request = new SlowRequest(socket, body.slice(20));
    await until('the server wants the body', () => request.#received === CONTINUE);
    request.#received = '';
    socket.write(body.slice(0, 20));
    return request;
  }

  /** Sends the rest, and more after it, and reads until the server closes. */
  async finish(after = ''): Promise<RawAnswer> {
    this.#socket.write(`${this.#rest}${after}`);
    await this.#closed;
    const [answer] = this.answers();
    if (answer === undefined) throw new Error('the connection was closed without an answer');
    return answer;
  }

  /** All that came, cut where answers begin. */
  answers(): RawAnswer[] {
    return this.#received
      .split(/(?=HTTP\/1\.1 \d{3})/)
      .filter((text) => text !== '')
      .map((text) => {
        const [headers = '', body = ''] = text.split('\r\n\r\n', 2);
        return { status: Number(headers.slice(9, 12)), headers, body };
      });
  }
}
