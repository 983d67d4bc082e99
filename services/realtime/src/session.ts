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

/** Session as the hub needs it. */
export interface Session {
  /** Called when the log is another one: the client is reset, and follows the new log after its head. All in one turn of the event loop. */
  reset(identity: LogIdentity): void;
}

/** Starts a session; the feed is being read. Everything up to the first wait happens in one turn of the event loop. */
export function startSession(
  client: Client,
  parameters: SocketParameters,
  identity: LogIdentity,
  { settings, metrics, log, catchUpOptions }: SessionOptions,
): Session {
  const { after } = parameters;
  client.write(helloFrame(identity, client.project));
  const reason = whyReset(parameters, identity);
  const resumes = after !== undefined && reason === undefined;
  client.position = resumes ? after : identity.position;
  if (reason !== undefined) client.write(resetFrame(identity, reason));
  let replay = resumes ? replayOf(client, parameters, identity, catchUpOptions) : undefined;
  if (replay !== undefined) metrics.replays.inc();
  else if (resumes) metrics.catchUps.inc();

  let hasCaughtUp = false;
  const position = () => {
    const isLive = replay?.isLive ?? hasCaughtUp;
    // A live client has all frames of the ring; one that read the log may be further still.
    return isLive ? Math.max(client.position, catchUpOptions.ring.tip) : client.position;
  };
  answerMessages(client, settings.maxMessagesPerSecond, position, () => replay);
  startHeartbeat(client, settings.heartbeatInterval, () => positionFrame(position()));

  let over = new AbortController();
  client.gone.addEventListener('abort', () => over.abort());
  const follow = (announces: boolean) => {
    const followed =
      replay?.run() ??
      catchUp(client, catchUpOptions, over.signal, () => {
        hasCaughtUp = true;
        if (announces) client.write(caughtUpFrame(position()));
      });
    followed.catch((error: unknown) => {
      log.error({ err: error }, 'a socket could not be followed');
      client.close('restarting', 'something went wrong on our side: reconnect with after');
    });
  };
  follow(resumes);
  return {
    reset(other) {
      if (!client.isOpen) return;
      over.abort();
      over = new AbortController();
      replay?.end();
      replay = undefined;
      catchUpOptions.subscribers.delete(client);
      client.position = other.position;
      client.write(resetFrame(other, 'the log was replaced by another'));
      follow(false);
    },
  };
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
