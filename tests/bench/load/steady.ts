/**
 * Posts prepared requests at a given rate, whatever the answers take, until it is stopped: a load that
 * waits for its answers would slow down with what it measures.
 */
import { connect } from 'node:net';

export interface SteadyPlan {
  port: number;
  /** Requests a second. */
  rate: number;
  connections: number;
  /** Sent in turn, and again from the start. */
  requests: string[];
}

const plan: SteadyPlan = await new Promise((resolve) => process.once('message', resolve));
const requests = plan.requests.map((request) => Buffer.from(request, 'utf8'));
const sockets = Array.from({ length: plan.connections }, () => {
  const socket = connect(plan.port, '127.0.0.1');
  socket.setNoDelay(true);
  socket.resume();
  return socket;
});
const startedAt = performance.now();
let sent = 0;
setInterval(() => {
  const due = ((performance.now() - startedAt) / 1000) * plan.rate;
  for (; sent < due; sent++) {
    sockets[sent % sockets.length]?.write(requests[sent % requests.length] as Buffer);
  }
}, 1);
process.send?.({});
