import { setTimeout as sleep } from 'node:timers/promises';
import { type ReplayCommand, type ServerFrame, serverFrame } from '@att/contracts';
import { type ClientOptions, WebSocket } from 'ws';

export type FrameOf<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>;

/** Milliseconds to wait for what must come. */
const PATIENCE = 25_000;

/** A client that keeps every frame, each held to the contract. */
export class TestSocket {
  readonly ws: WebSocket;
  readonly frames: ServerFrame[] = [];
  /** When each frame came, by this process's clock. */
  readonly times: number[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(url: string, options: ClientOptions = {}) {
    this.ws = new WebSocket(url, options);
    this.ws.on('message', (data) => {
      this.times.push(performance.now());
      this.frames.push(serverFrame.parse(JSON.parse(String(data))));
    });
    this.ws.on('error', () => {});
    this.closed = new Promise((resolve) => {
      this.ws.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  /** Positions of the event frames, in the order in which they came. */
  get positions(): number[] {
    return this.frames.filter((frame) => 'data' in frame).map((frame) => frame.position);
  }

  /** When each event frame came. */
  get eventTimes(): number[] {
    return this.times.filter((_, index) => 'data' in (this.frames[index] as ServerFrame));
  }

  /** Sends a command of a replay, and waits for its answer. */
  async command(message: ReplayCommand): Promise<FrameOf<'position'>> {
    const answers = () =>
      this.frames.filter((frame) => frame.type === 'position' && frame.answers !== undefined);
    const before = answers().length;
    this.ws.send(JSON.stringify(message));
    await this.until(() => answers().length > before);
    return answers()[before] as FrameOf<'position'>;
  }

  /** The first frame of a type, now or soon. */
  async first<Type extends ServerFrame['type']>(type: Type): Promise<FrameOf<Type>> {
    const find = () => this.frames.find((frame): frame is FrameOf<Type> => frame.type === type);
    await this.until(() => find() !== undefined);
    return find() as FrameOf<Type>;
  }

  async until(condition: () => boolean): Promise<void> {
    for (const end = performance.now() + PATIENCE; !condition(); await sleep(2)) {
      if (performance.now() < end) continue;
      const last = this.frames.slice(-3).map((frame) => JSON.stringify(frame).slice(0, 200));
      throw new Error(`not within ${PATIENCE} ms; ${this.frames.length} frames, the last: ${last.join(' ')}`);
    }
  }
}
