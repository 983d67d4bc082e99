/** A real Redis of a test's own. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.js';
import { type ServerProcess, startServerProcess } from './server-process.js';

export interface RedisServer extends ServerProcess {
  url: string;
}

/**
 * Starts `redis-server` from the PATH on a free port. Nothing is written to disk: after `kill` and `restart` it is empty.
 *
 * @param settings of redis.conf, in place of ours
 */
export async function startRedis(settings: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'att-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const all = { port: String(port), bind: '127.0.0.1', save: '', dir: folder, ...settings };
  const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  const server = await startServerProcess({
    program: 'redis-server',
    args,
    folder,
    answers: () => answers(url),
  });
  return Object.assign(server, { url });
}

async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}
