/**
 * Posts single webhooks at a given rate, and watches a socket for their frames: one process, so that both
 * ends are of one clock. A report's time runs from the moment when it was due, so that a wait in here counts too.
 */
import { connect } from 'node:net';
import { API_KEY } from '../api-key.js';
import { percentile } from './percentile.js';
import { asHttp, fleetReports } from './requests.js';
import { openViewer } from './viewer.js';

export interface LatencyPlan {
  port: number;
  /** Port of the socket, where another process has it. */
  socketPort?: number;
  /** Reports a second. */
  rate: number;
  /** Seconds, after one that does not count. */
  seconds: number;
  connections: number;
  /** A name of its own for the tasks of each run. */
  run: string;
}

export interface Latencies {
  /** Milliseconds. */
  p50: number;
  p99: number;
  max: number;
}

export interface LatencyResult {
  /** Milliseconds until the frame came. */
  frame: Latencies;
  /** Milliseconds until the webhook was answered, which is once it is durable. */
  answer: Latencies;
}

/** Begins an answer; a connection's answers come in the order of its requests. */
const ACCEPTED = 'HTTP/1.1 202';
/** Milliseconds that the last frames and answers have to come. */
const WAIT_LIMIT = 5_000;

const plan: LatencyPlan = await new Promise((resolve) => process.once('message', resolve));
const count = plan.rate * (plan.seconds + 1);
let accepted = 0;
/** Milliseconds, by report. */
const frames: number[] = new Array(count);
const answers: number[] = new Array(count);
const requests = fleetReports(Math.ceil(count / 10), plan.run)
  .slice(0, count)
  .map(({ path, body }, index) => {
    const marked = { ...JSON.parse(body), metadata: { report: index } };
    return Buffer.from(asHttp({ path, body: JSON.stringify(marked) }, API_KEY));
  });
const posting = Array.from({ length: plan.connections }, (_, connection) => {
  const socket = connect(plan.port, '127.0.0.1');
  let answered = connection;
  // An answer may come in two chunks.
  let begun = '';
  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    const now = performance.now();
    const text = begun + chunk.toString('latin1');
    for (let at = text.indexOf(ACCEPTED); at >= 0; at = text.indexOf(ACCEPTED, at + ACCEPTED.length)) {
      answers[answered] = now - dueAt(answered);
      answered += plan.connections;
      accepted += 1;
    }
    begun = text.slice(1 - ACCEPTED.length);
  });
  return socket;
});

let came = 0;
let startedAt = 0;
let tail = '';
const dueAt = (index: number) => startedAt + (index * 1000) / plan.rate;
const viewer = openViewer(plan.socketPort ?? plan.port, '', (chunk) => {
  const now = performance.now();
  const text = tail + chunk.toString('latin1');
  let end = 0;
  for (const { 0: mark, 1: index, index: at } of text.matchAll(/"report":(\d+)\}/g)) {
    frames[Number(index)] = now - dueAt(Number(index));
    came += 1;
    end = at + mark.length;
  }
  tail = text.slice(end);
});
await until(() => viewer.bytes > 0);

startedAt = performance.now() + 100;
for (let next = 0; next < count; ) {
  const wait = dueAt(next) - performance.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  for (; next < count && dueAt(next) <= performance.now(); next++) {
    posting[next % posting.length]?.write(requests[next] as Buffer);
  }
}
// The frame of the last may be there before its answer is.
await until(() => came >= count && accepted >= count);

process.send?.({ frame: summary(frames), answer: summary(answers) } satisfies LatencyResult);
viewer.socket.destroy();
for (const socket of posting) socket.destroy();
process.disconnect();

function summary(latencies: number[]): Latencies {
  const counted = latencies.slice(plan.rate).sort((a, b) => a - b);
  return { p50: percentile(counted, 50), p99: percentile(counted, 99), max: counted.at(-1) as number };
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + WAIT_LIMIT; !condition(); ) {
    if (performance.now() > end) throw new Error(`${came} frames and ${accepted} answers came of ${count}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
