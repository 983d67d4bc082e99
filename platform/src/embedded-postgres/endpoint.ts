import { join } from 'node:path';
import { OWNER_ROLE } from './initialise-cluster.js';

/** Place where the server is reached: a Unix socket in a folder of its account alone or, where there are none, TCP. */
export type Endpoint = { kind: 'socket'; folder: string } | { kind: 'tcp'; port: number };

/** How a server listens; the socket is the default wherever the system has Unix sockets. */
export type Transport = Endpoint['kind'];

/** Part of the socket's file name alone: each server has a folder of its own. */
const SOCKET_PORT = 5432;

export const DEFAULT_TRANSPORT: Transport = process.platform === 'win32' ? 'tcp' : 'socket';

/** The number that the server is started with (`-p`). */
export function portOf(endpoint: Endpoint): number {
  return endpoint.kind === 'tcp' ? endpoint.port : SOCKET_PORT;
}

/** The file that the server listens on in this folder; PostgreSQL keeps a `.lock` beside it. */
export function socketFile(folder: string): string {
  return join(folder, `.s.PGSQL.${SOCKET_PORT}`);
}

/**
 * A URL that pg and libpq understand alike: a host that begins with an encoded slash is the socket's folder. It asks for
 * SCRAM, so that a program which took the server's place is sent neither the password nor a statement.
 */
export function connectionStringOf(endpoint: Endpoint, password: string, database: string): string {
  const host = endpoint.kind === 'tcp' ? '127.0.0.1' : encodeURIComponent(endpoint.folder);
  const name = encodeURIComponent(database);
  return `postgres://${OWNER_ROLE}:${password}@${host}:${portOf(endpoint)}/${name}?require_auth=scram-sha-256`;
}
