/** HTTP as hostile senders speak it: paths are sent as they are, never tidied up. */
import { Agent, request } from 'node:http';

export interface Sent {
  method: string;
  /** Path with its query, percent-encoded. */
  path: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
}

export interface Received {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 4 });
/** Milliseconds until an answer counts as missing. */
const TIMEOUT = 60_000;

export function send(url: string, { method, path, headers, body }: Sent): Promise<Received> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { hostname, port, method, path, headers, agent, timeout: TIMEOUT },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${TIMEOUT} ms`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
