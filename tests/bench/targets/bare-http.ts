/** The yardstick: node:http that reads, parses and checks the same body, and stores nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerTo, isReport } from './check-by-hand.js';

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (!isReport(body)) {
      response.writeHead(422).end();
      return;
    }
    const json = answerTo(body);
    response.writeHead(202, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(json),
    });
    response.end(json);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
