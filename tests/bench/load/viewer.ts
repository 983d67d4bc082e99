import { connect, type Socket } from 'node:net';
import { API_KEY } from '../api-key.js';
import { FrameCounter } from './frame-counter.js';

/** An answer to an empty ping, masked with zeros. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
const KEY = Buffer.alloc(16, 7).toString('base64');
/** Read into by all viewers of the process, one after another. */
const READ_BUFFER = Buffer.allocUnsafe(256 * 1024);

export interface Viewer {
  counter: FrameCounter;
  /** Bytes received, the handshake left out. */
  bytes: number;
  socket: Socket;
  isGone: boolean;
}

/**
 * A WebSocket client of raw bytes that answers pings and counts frames.
 *
 * @param onBytes told every chunk, which is only for that moment
 */
export function openViewer(port: number, query: string, onBytes = (_chunk: Buffer) => {}): Viewer {
  let shaken = '';
  const receive = (chunk: Buffer) => {
    viewer.bytes += chunk.length;
    onBytes(chunk);
    viewer.counter.take(chunk);
    for (; viewer.counter.pings > 0; viewer.counter.pings--) viewer.socket.write(PONG);
  };
  const shake = (chunk: Buffer) => {
    shaken += chunk.toString('latin1');
    const end = shaken.indexOf('\r\n\r\n');
    if (end < 0) return;
    if (!shaken.startsWith('HTTP/1.1 101'))
      throw new Error(`the handshake was answered ${shaken.slice(0, 100)}`);
    const rest = Buffer.from(shaken.slice(end + 4), 'latin1');
    shaken = '';
    read = receive;
    if (rest.length > 0) receive(rest);
  };
  let read = shake;
  const socket = connect({
    port,
    host: '127.0.0.1',
    onread: {
      buffer: READ_BUFFER,
      callback(count, buffer) {
        read((buffer as Buffer).subarray(0, count));
        return true;
      },
    },
  });
  const viewer: Viewer = { counter: new FrameCounter(), bytes: 0, socket, isGone: false };
  socket.on('close', () => {
    viewer.isGone = true;
  });
  socket.on('error', () => {});
  socket.write(
    `GET /webhook/ws?api_key=${API_KEY}&${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n` +
      `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`,
  );
  return viewer;
}
