/** A client that sends exactly the given bytes, and reads whole answers. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './client.js';

export interface RawConnection {
  socket: Socket;
  write(text: string | Uint8Array): void;
  /** The next answer, with its body; interim (1xx) ones are answers of their own. */
  answer(): Promise<Answer>;
  /** Resolves once the server has closed its side. */
  closed(): Promise<void>;
  /** Resets the connection. */
  reset(): void;
}

export async function openRaw(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let received = Buffer.alloc(0);
  let ended = false;
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
  });
  socket.on('close', () => {
    ended = true;
  });
  socket.on('error', () => {});
  return {
    socket,
    write: (text) => void socket.write(text),
    async answer() {
      for (;;) {
        const parsed = parseAnswer(received);
        if (parsed !== undefined) {
          received = received.subarray(parsed.bytes);
          return parsed.answer;
        }
        if (ended) throw new Error(`closed after ${JSON.stringify(received.toString())}`);
        await sleep(2);
      }
    },
    async closed() {
      if (!ended) await once(socket, 'close');
    },
    reset: () => void socket.resetAndDestroy(),
  };
}

function parseAnswer(received: Buffer): { answer: Answer; bytes: number } | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const [statusLine = '', ...fields] = received.toString('latin1', 0, headEnd).split('\r\n');
  const headers = new Headers(
    fields.map((field): [string, string] => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon), field.slice(colon + 1).trim()];
    }),
  );
  const bytes = headEnd + 4 + Number(headers.get('content-length') ?? 0);
  if (received.length < bytes) return undefined;
  const answer = {
    status: Number(statusLine.split(' ')[1]),
    headers,
    text: received.toString('utf8', headEnd + 4, bytes),
  };
  return { answer, bytes };
}

/** The head of a POST as it goes over the wire. */
export function postHead(path: string, apiKey: string, fields: Record<string, string | number>): string {
  const all = { Host: 'localhost', 'X-API-Key': apiKey, 'Content-Type': 'application/json', ...fields };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** Chunk of a chunked body; an empty one ends it. */
export const chunk = (data: string): string => `${Buffer.byteLength(data).toString(16)}\r\n${data}\r\n`;
