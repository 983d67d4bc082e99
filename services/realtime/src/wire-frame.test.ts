import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { textFrame } from './wire-frame.js';

/** Messages that a client reads from bytes which are written past its server's `ws`, between two frames of that. */
async function received(bytes: Buffer): Promise<string[]> {
  const http = createServer();
  const server = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, socket, head) => {
    server.handleUpgrade(request, socket, head, (ws) => {
      ws.send('before');
      socket.write(bytes);
      ws.ping();
      ws.send('after');
      ws.close();
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  const messages: string[] = [];
  client.on('message', (data) => messages.push(String(data)));
  await new Promise((resolve) => client.on('close', resolve));
  http.close();
  return messages;
}

describe('a text frame', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 70_000])(
    'of %i bytes is read as it was written',
    async (length) => {
      const text = 'x'.repeat(length);
      expect(await received(textFrame(text))).toEqual(['before', text, 'after']);
    },
  );

  it('counts bytes, not characters', async () => {
    const texts = ['ä'.repeat(63), '日本'.repeat(30), '🦊'.repeat(20_000)];
    expect(await received(Buffer.concat(texts.map(textFrame)))).toEqual(['before', ...texts, 'after']);
  });
});
