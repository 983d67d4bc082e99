import type { ConnectionCounts } from '@att/platform/shared-state';
import type { Client } from './client.js';

/** All authorized sockets of this process that have not closed yet. */
export class Sockets {
  readonly #clients = new Set<Client>();
  readonly #byActor = new Map<string, number>();
  readonly #byProject = new Map<string, number>();

  /** @param onChange called after every change */
  constructor(private readonly onChange: () => void) {}

  get size(): number {
    return this.#clients.size;
  }

  [Symbol.iterator](): Iterator<Client> {
    return this.#clients.values();
  }

  ofActor(actor: string): number {
    return this.#byActor.get(actor) ?? 0;
  }

  unsentBytes(): number {
    let bytes = 0;
    for (const { ws } of this.#clients) bytes += ws.bufferedAmount;
    return bytes;
  }

  counts(): ConnectionCounts {
    return { total: this.size, byProject: this.#byProject };
  }

  add(client: Client): void {
    this.#clients.add(client);
    this.#count(client, 1);
  }

  delete(client: Client): void {
    if (this.#clients.delete(client)) this.#count(client, -1);
  }

  #count({ actor, project }: Client, change: 1 | -1): void {
    bump(this.#byActor, actor, change);
    if (project !== undefined) bump(this.#byProject, project, change);
    this.onChange();
  }
}

function bump(counts: Map<string, number>, name: string, change: 1 | -1): void {
  const count = (counts.get(name) ?? 0) + change;
  if (count === 0) counts.delete(name);
  else counts.set(name, count);
}
