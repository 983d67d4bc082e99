import { API_KEY } from '../api-key.js';
import type { Target } from '../processes.js';
import { percentile } from './percentile.js';

/** A request that must be answered with 2xx; the body is read, so that its time counts. */
export async function ask(
  { port }: Target,
  path: string,
  method: 'GET' | 'POST' = 'GET',
): Promise<{ headers: Headers; text: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { 'X-API-Key': API_KEY },
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 300)}`);
  return { headers: answer.headers, text };
}

/** Asks one after another; milliseconds. */
export async function latencies(
  target: Target,
  count: number,
  path: (index: number) => string,
): Promise<{ p50: number; p99: number }> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const startedAt = performance.now();
    await ask(target, path(index));
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  return { p50: percentile(times, 50), p99: percentile(times, 99) };
}
