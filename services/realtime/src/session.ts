/** A session is one client from its hello to its end. */
import type { ReplayCommand, SocketParameters } from '@att/contracts';
import type { Logger } from '@att/platform/logging';
import { type CatchUpOptions, catchUp } from './catch-up.js';
import type { Client } from './client.js';
import {
  caughtUpFrame,
  errorFrame,
  helloFrame,
  type LogIdentity,
  pongFrame,
  positionFrame,
  resetFrame,
} from './control-frames.js';
import { startHeartbeat } from './heartbeat.js';
import { MessageBudget } from './message-budget.js';
import { MessageRefusedError } from './message-refused-error.js';
import { readCommand } from './read-command.js';
import type { RealtimeMetrics } from './realtime-metrics.js';
import { Replay } from './replay.js';
import type { RealtimeSettings } from './settings.js';
import { whyReset } from './why-reset.js';

export interface SessionOptions {
  settings: RealtimeSettings;
  metrics: RealtimeMetrics;
  log: Logger;
  catchUpOptions: CatchUpOptions;
}

export class Session {
  readonly #client: Client;
  readonly #options: SessionOptions;
  #replay: Replay | undefined;
  #hasCaughtUp = false;
  /** Aborted when what the client follows now is over: it has gone, or the log is another one. */
  #following = new AbortController();

  /**
   * Starts the session, while the feed is being read. Everything up to the first wait happens in one turn of the event
   * loop, so that no frame is missed between the hello and the first page.
   */
  constructor(client: Client, parameters: SocketParameters, identity: LogIdentity, options: SessionOptions) {
    const { maxMessagesPerSecond, heartbeatInterval } = options.settings;
    this.#client = client;
    this.#options = options;
    const resumes = this.#begin(parameters, identity);
    answerMessages(
      client,
      maxMessagesPerSecond,
      () => this.#position,
      () => this.#replay,
    );
    startHeartbeat(client, heartbeatInterval, () => positionFrame(this.#position));
    client.gone.addEventListener('abort', () => this.#following.abort());
    this.#follow(resumes);
  }

  /** Called when the log is another one: the client is reset, and follows the new log after its head. All in one turn of the event loop. */
  reset(identity: LogIdentity): void {
    const client = this.#client;
    if (!client.isOpen) return;
    this.#following.abort();
    this.#following = new AbortController();
    this.#replay?.end();
    this.#replay = undefined;
    this.#options.catchUpOptions.subscribers.delete(client);
    client.position = identity.position;
    client.write(resetFrame(identity, 'the log was replaced by another'));
    this.#follow(false);
  }

  /** Position up to which everything that the client may see was sent. */
  get #position(): number {
    const isLive = this.#replay?.isLive ?? this.#hasCaughtUp;
    const { position } = this.#client;
    // A live client has all frames of the ring; one that read the log may be further still.
    return isLive ? Math.max(position, this.#options.catchUpOptions.ring.tip) : position;
  }

  /** Sends the hello, and a reset where the client cannot resume. @returns whether it resumes after its own position */
  #begin(parameters: SocketParameters, identity: LogIdentity): boolean {
    const { metrics, catchUpOptions } = this.#options;
    const { after } = parameters;
    const client = this.#client;
    client.write(helloFrame(identity, client.project));
    const reason = whyReset(parameters, identity);
    const resumes = after !== undefined && reason === undefined;
    client.position = resumes ? after : identity.position;
    if (reason !== undefined) client.write(resetFrame(identity, reason));
    if (!resumes) return false;
    this.#replay = replayOf(client, parameters, identity, catchUpOptions);
    if (this.#replay === undefined) metrics.catchUps.inc();
    else metrics.replays.inc();
    return true;
  }

  /** @param announces whether the client is to hear that it has caught up */
  #follow(announces: boolean): void {
    const { log, catchUpOptions } = this.#options;
    const client = this.#client;
    const followed =
      this.#replay?.run() ??
      catchUp(client, catchUpOptions, this.#following.signal, () => {
        this.#hasCaughtUp = true;
        if (announces) client.write(caughtUpFrame(this.#position));
      });
    followed.catch((error: unknown) => {
      log.error({ err: error }, 'a socket could not be followed');
      client.close('restarting', 'something went wrong on our side: reconnect with after');
    });
  }
}

/** The replay that a client asked for; undefined when it wants all frames at once, and then live ones. */
function replayOf(
  client: Client,
  { speed, until, max_gap: maxGap = Infinity }: SocketParameters,
  { position: head }: LogIdentity,
  catchUpOptions: CatchUpOptions,
): Replay | undefined {
  if (speed === undefined && until === undefined) return undefined;
  return new Replay(client, { speed: speed ?? 'max', maxGap, until, head }, catchUpOptions);
}

/** Answers messages within a rate. Control pings count as messages too, as each of them is answered. */
function answerMessages(
  client: Client,
  perSecond: number,
  position: () => number,
  replay: () => Replay | undefined,
): void {
  const budget = new MessageBudget(perSecond, performance.now());
  const mayGoOn = () => {
    if (budget.take(performance.now())) return true;
    client.close('tooMany', `more than ${perSecond} messages a second`);
    return false;
  };
  client.ws.on('ping', mayGoOn);
  client.ws.on('message', (data, isBinary) => {
    if (!mayGoOn()) return;
    try {
      if (isBinary) throw new MessageRefusedError('not_text', 'send text messages');
      const command = readCommand(String(data));
      if (command === undefined) client.write(pongFrame(position()));
      else client.write(carriedOut(command, replay()));
    } catch (error) {
      if (!(error instanceof MessageRefusedError)) throw error;
      client.write(errorFrame(error.code, error.message));
    }
  });
}

function carriedOut(command: ReplayCommand, replay: Replay | undefined): Buffer {
  if (replay !== undefined) return replay.carryOut(command);
  throw new MessageRefusedError('not_a_replay', `${command.type} is for sockets opened with speed or until`);
}
