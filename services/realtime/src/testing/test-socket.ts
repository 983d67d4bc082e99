import { setTimeout as sleep } from 'node:timers/promises';
import { type ReplayCommand, type ServerFrame, serverFrame } from '@att/contracts';
import { WAIT_LIMIT } from '@att/platform/testing';
import { type ClientOptions, WebSocket } from 'ws';

export type FrameOf<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>;

/** WebSocket client that checks every frame against the contract, and keeps it. */
export class TestSocket {
  readonly ws: WebSocket;
  readonly frames: ServerFrame[] = [];
  /** Time of arrival of each frame, on the clock of `performance.now()`. */
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

  /** Positions of the event frames in order of arrival. */
  get positions(): number[] {
    return this.frames.filter((frame) => 'data' in frame).map((frame) => frame.position);
  }

  /** Time of arrival of each event frame. */
  get eventTimes(): number[] {
    return this.times.filter((_, index) => 'data' in (this.frames[index] as ServerFrame));
  }

  /** Sends a replay command, and waits for its answer. */
  async command(message: ReplayCommand): Promise<FrameOf<'position'>> {
    const answers = () =>
      this.frames.filter((frame) => frame.type === 'position' && frame.answers !== undefined);
    const before = answers().length;
    this.ws.send(JSON.stringify(message));
    await this.until(() => answers().length > before);
    return answers()[before] as FrameOf<'position'>;
  }

  /** Waits for the first frame of a type; a frame that came before counts. */
  async first<Type extends ServerFrame['type']>(type: Type): Promise<FrameOf<Type>> {
    const find = () => this.frames.find((frame): frame is FrameOf<Type> => frame.type === type);
    await this.until(() => find() !== undefined);
    return find() as FrameOf<Type>;
  }

  async until(condition: () => boolean): Promise<void> {
    for (const end = performance.now() + WAIT_LIMIT; !condition(); await sleep(2)) {
      if (performance.now() < end) continue;
      const last = this.frames.slice(-3).map((frame) => JSON.stringify(frame).slice(0, 200));
      throw new Error(
        `not within ${WAIT_LIMIT} ms; ${this.frames.length} frames, the last: ${last.join(' ')}`,
      );
    }
  }
}
