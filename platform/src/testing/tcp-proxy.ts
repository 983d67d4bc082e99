import { connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server, and breaks the line as a network would. */
export interface TcpProxy {
  port: number;
  /** Resets every connection; new ones pass. */
  cut(): void;
  /** Passes on what the client says, but swallows the next answer and resets that connection, or all. */
  loseNextAnswer(then?: 'down'): void;
  /**
   * Holds back the next thing that a client says and resets that client; the server gets it when the
   * returned function is called, as from a network that delivers late. Calling it before or again does nothing.
   */
  delayNextStatement(): () => void;
  /**
   * Passes that many bytes of what each client says, and stops there as a full line would; answers pass, and so do
   * the bytes of clients that say less. Calling the returned function lets all pass again.
   */
  holdAfter(bytes: number): () => void;
  /** Refuses new connections and resets the present ones, until `restore`. */
  down(): void;
  restore(): void;
  /** New connections lead to another server, as after a fail-over. */
  pointAt(target: { host: string; port: number }): void;
  /** Behaves like a host that disappeared: no byte passes any more, and no connection is reset. */
  stall(): void;
  /** New connections pass again; stalled ones stay stalled. */
  resume(): void;
  close(): Promise<void>;
}

export async function createTcpProxy(first: { host: string; port: number }): Promise<TcpProxy> {
  let target = first;
  const pairs = new Set<Socket>();
  /** Connections whose bytes the server has not got yet; a client that logs in would otherwise be waited for long after the test. */
  const held = new Set<Socket>();
  let isDown = false;
  let isStalled = false;
  const silent = new Set<Socket>();
  let losing: 'connection' | 'down' | undefined;
  let hold: ((deliver: () => void) => void) | undefined;
  let allowance: ByteAllowance | undefined;

  const server = createServer((client) => {
    if (isDown) return void client.resetAndDestroy();
    const upstream = connect(target);
    pairs.add(client);
    if (isStalled) silent.add(client);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      // The other half is closed only now, so that a statement that was sent is also done.
      socket.on('close', () => {
        pairs.delete(client);
        silent.delete(client);
        if (!isHeld) other.destroy();
      });
    }
    let isHeld = false;
    client.on('data', (chunk) => {
      if (silent.has(client)) return;
      if (allowance?.isUsedUp(client, chunk.length)) {
        client.pause();
        return allowance.whenLifted(() => {
          upstream.write(chunk);
          client.resume();
        });
      }
      if (hold === undefined) {
        // Bytes that the server does not take stay with their sender, as on a line without a proxy.
        if (upstream.write(chunk)) return;
        client.pause();
        return void upstream.once('drain', () => client.resume());
      }
      isHeld = true;
      held.add(upstream);
      upstream.on('close', () => held.delete(upstream));
      hold(() => upstream.end(chunk));
      hold = undefined;
      client.resetAndDestroy();
    });
    upstream.on('data', (chunk) => {
      if (silent.has(client)) return;
      if (losing === undefined) return void client.write(chunk);
      if (losing === 'down') isDown = true;
      losing = undefined;
      client.resetAndDestroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const cut = () => {
    for (const socket of pairs) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    cut,
    loseNextAnswer(then) {
      losing = then ?? 'connection';
    },
    delayNextStatement() {
      let deliver = () => {};
      hold = (held) => {
        deliver = held;
      };
      return () => {
        deliver();
        deliver = () => {};
      };
    },
    holdAfter(bytes) {
      const held = new ByteAllowance(bytes);
      allowance = held;
      return () => {
        if (allowance === held) allowance = undefined;
        held.lift();
      };
    },
    down() {
      isDown = true;
      cut();
    },
    restore() {
      isDown = false;
    },
    pointAt(other) {
      target = other;
    },
    stall() {
      isStalled = true;
      for (const client of pairs) silent.add(client);
    },
    resume() {
      isStalled = false;
    },
    async close() {
      cut();
      for (const upstream of held) upstream.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Bytes that each client may say before it is held. */
class ByteAllowance {
  private readonly said = new Map<Socket, number>();
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly bytes: number) {}

  /** Counts bytes of a client. @returns whether they are more than it may say */
  isUsedUp(client: Socket, bytes: number): boolean {
    const said = (this.said.get(client) ?? 0) + bytes;
    this.said.set(client, said);
    return said > this.bytes;
  }

  whenLifted(pass: () => void): void {
    this.waiting.push(pass);
  }

  lift(): void {
    for (const pass of this.waiting.splice(0)) pass();
  }
}

/** Proxy to the server of a database. */
export function createDatabaseProxy(connectionString: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(connectionString);
  return createTcpProxy({ host: hostname, port: Number(port) });
}

/** The same database, reached through a proxy. */
export function throughProxy(connectionString: string, proxy: TcpProxy): string {
  const url = new URL(connectionString);
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  return url.href;
}
