import { type EncodedFrame, join } from './encoded-frame.js';

/** A live client, as far as telling it frames goes. */
export interface Listener {
  readonly project: string | undefined;
  position: number;
  write(bytes: Buffer): void;
}

/** The live clients, by what they want to see. */
export class Audience {
  readonly #ofAll = new Set<Listener>();
  readonly #byProject = new Map<string, Set<Listener>>();

  /** @param onSent told how many frames were handed to how many clients in all */
  constructor(private readonly onSent: (frames: number) => void) {}

  add(listener: Listener): void {
    if (listener.project === undefined) {
      this.#ofAll.add(listener);
      return;
    }
    const group = this.#byProject.get(listener.project);
    if (group === undefined) this.#byProject.set(listener.project, new Set([listener]));
    else group.add(listener);
  }

  delete(listener: Listener): void {
    if (listener.project === undefined) {
      this.#ofAll.delete(listener);
      return;
    }
    const group = this.#byProject.get(listener.project);
    group?.delete(listener);
    if (group?.size === 0) this.#byProject.delete(listener.project);
  }

  /** One write a client: clients that want the same are handed the very same bytes. */
  publish(frames: readonly EncodedFrame[]): void {
    this.#tell(this.#ofAll, frames);
    if (this.#byProject.size === 0) return;
    for (const [group, ofProject] of this.#ofWatchedProjects(frames)) this.#tell(group, ofProject);
  }

  #ofWatchedProjects(frames: readonly EncodedFrame[]): Map<ReadonlySet<Listener>, EncodedFrame[]> {
    const watched = new Map<ReadonlySet<Listener>, EncodedFrame[]>();
    for (const frame of frames) {
      const group = this.#byProject.get(frame.project);
      if (group === undefined) continue;
      const ofProject = watched.get(group);
      if (ofProject === undefined) watched.set(group, [frame]);
      else ofProject.push(frame);
    }
    return watched;
  }

  #tell(listeners: ReadonlySet<Listener>, frames: readonly EncodedFrame[]): void {
    const first = frames[0];
    const last = frames.at(-1);
    if (first === undefined || last === undefined || listeners.size === 0) return;
    const all = join(frames);
    let sent = 0;
    for (const listener of listeners) {
      if (listener.position >= last.position) continue;
      // The log told a client that caught up more than the feed had told this process.
      const news =
        listener.position < first.position
          ? frames
          : frames.filter((frame) => frame.position > listener.position);
      listener.write(news === frames ? all : join(news));
      listener.position = last.position;
      sent += news.length;
    }
    this.onSent(sent);
  }
}
