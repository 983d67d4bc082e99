import { type EncodedFrame, join } from './encoded-frame.js';

/** A live client, as `Subscribers` needs it. */
export interface Subscriber {
  readonly project: string | undefined;
  position: number;
  write(bytes: Buffer): void;
}

/** The live clients, grouped by the project that they subscribed to. */
export class Subscribers {
  readonly #ofAll = new Set<Subscriber>();
  readonly #byProject = new Map<string, Set<Subscriber>>();

  /** @param onSent called with the number of frames written, summed over clients */
  constructor(private readonly onSent: (frames: number) => void) {}

  add(subscriber: Subscriber): void {
    if (subscriber.project === undefined) {
      this.#ofAll.add(subscriber);
      return;
    }
    const group = this.#byProject.get(subscriber.project);
    if (group === undefined) this.#byProject.set(subscriber.project, new Set([subscriber]));
    else group.add(subscriber);
  }

  delete(subscriber: Subscriber): void {
    if (subscriber.project === undefined) {
      this.#ofAll.delete(subscriber);
      return;
    }
    const group = this.#byProject.get(subscriber.project);
    group?.delete(subscriber);
    if (group?.size === 0) this.#byProject.delete(subscriber.project);
  }

  /** Writes once to each client. Clients with the same subscription get the same buffer. */
  publish(frames: readonly EncodedFrame[]): void {
    this.#send(this.#ofAll, frames);
    if (this.#byProject.size === 0) return;
    for (const [group, ofProject] of this.#groupByProject(frames)) this.#send(group, ofProject);
  }

  /** Frames of each project that has subscribers. */
  #groupByProject(frames: readonly EncodedFrame[]): Map<ReadonlySet<Subscriber>, EncodedFrame[]> {
    const groups = new Map<ReadonlySet<Subscriber>, EncodedFrame[]>();
    for (const frame of frames) {
      const group = this.#byProject.get(frame.project);
      if (group === undefined) continue;
      const ofProject = groups.get(group);
      if (ofProject === undefined) groups.set(group, [frame]);
      else ofProject.push(frame);
    }
    return groups;
  }

  #send(subscribers: ReadonlySet<Subscriber>, frames: readonly EncodedFrame[]): void {
    const first = frames[0];
    const last = frames.at(-1);
    if (first === undefined || last === undefined || subscribers.size === 0) return;
    const all = join(frames);
    let sent = 0;
    for (const subscriber of subscribers) {
      if (subscriber.position >= last.position) continue;
      // A client that caught up from the log may be ahead of the feed, and already have some of these frames.
      const missing =
        subscriber.position < first.position
          ? frames
          : frames.filter((frame) => frame.position > subscriber.position);
      subscriber.write(missing === frames ? all : join(missing));
      subscriber.position = last.position;
      sent += missing.length;
    }
    this.onSent(sent);
  }
}
