import { WebSocket } from 'ws';

/** A client that keeps next to nothing, so that thousands of them fit into a test. */
export class IdleSocket {
  heartbeats = 0;
  readonly positions: number[] = [];
  /** Resolves with the hello; rejects when the socket closes before. */
  readonly helloReceived: Promise<void>;
  readonly #ws: WebSocket;

  constructor(port: number, key: string) {
    this.#ws = new WebSocket(`ws://127.0.0.1:${port}/webhook/ws?api_key=${key}`, {
      perMessageDeflate: false,
    });
    this.#ws.on('error', () => {});
    this.helloReceived = new Promise((resolve, reject) => {
      this.#ws.on('close', (code) => reject(new Error(`closed with ${code} before its hello`)));
      this.#ws.on('message', (data) => {
        const { type, position } = JSON.parse(String(data)) as { type: string; position: number };
        if (type === 'connection') resolve();
        else if (type === 'position') this.heartbeats += 1;
        else this.positions.push(position);
      });
    });
  }

  get isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  end(): void {
    this.#ws.terminate();
  }
}
