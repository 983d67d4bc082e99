/**
 * The load: a process of its own that sends prepared requests over keep-alive connections, one at a
 * time on each, and counts answers. Raw sockets, because an HTTP client in JavaScript would cost more
 * of the two cores than the servers that are to be compared.
 */
import { connect, type Socket } from 'node:net';
import { percentile } from './percentile.js';

export interface LoadPlan {
  port: number;
  connections: number;
  /** Milliseconds of measuring, after `warmUp` milliseconds that do not count. */
  duration: number;
  warmUp: number;
  /** Whole HTTP requests; connection i sends i, i + connections, i + 2 connections, … and then again from the start. */
  requests: string[];
}

export interface LoadResult {
  /** Answers with a 2xx status, per second. */
  rate: number;
  /** Other answers and broken connections. */
  failures: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

const plan: LoadPlan = await new Promise((resolve) => process.once('message', resolve));
const requests = plan.requests.map((request) => Buffer.from(request, 'utf8'));
const latencies: number[] = [];
let measuring = false;
let stopped = false;
let answered = 0;
let failures = 0;

function drive(socket: Socket, first: number): void {
  let next = first % requests.length;
  let sentAt = 0;
  let received = '';
  const send = () => {
    sentAt = performance.now();
    socket.write(requests[next] as Buffer);
    next = (next + plan.connections) % requests.length;
  };
  socket.setNoDelay(true);
  socket.on('connect', send);
  socket.on('error', () => {
    if (!stopped) failures += 1;
  });
  socket.on('data', (chunk) => {
    received = received === '' ? chunk.toString('latin1') : received + chunk.toString('latin1');
    if (!isWholeAnswer(received)) return;
    const ok = received.charCodeAt(9) === 0x32; // "HTTP/1.1 2…"
    received = '';
    if (!ok) failures += 1;
    else if (measuring) {
      answered += 1;
      latencies.push(performance.now() - sentAt);
    }
    if (!stopped) send();
  });
}

function isWholeAnswer(text: string): boolean {
  const headersEnd = text.indexOf('\r\n\r\n');
  if (headersEnd < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
  return text.length >= headersEnd + 4 + Number(length ?? 0);
}

const sockets = Array.from({ length: plan.connections }, (_, index) => {
  const socket = connect(plan.port, '127.0.0.1');
  drive(socket, index);
  return socket;
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
await sleep(plan.warmUp);
measuring = true;
const startedAt = performance.now();
await sleep(plan.duration);
measuring = false;
const seconds = (performance.now() - startedAt) / 1000;
stopped = true;
for (const socket of sockets) socket.destroy();
latencies.sort((a, b) => a - b);
process.send?.({
  rate: answered / seconds,
  failures,
  p50: percentile(latencies, 50),
  p99: percentile(latencies, 99),
} satisfies LoadResult);
process.disconnect();
