/** One client from its hello to its end. */
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
import type { SocketParameters } from './parameters.js';
import type { RealtimeMetrics } from './realtime-metrics.js';
import type { RealtimeSettings } from './settings.js';

export interface SessionOptions {
  settings: RealtimeSettings;
  metrics: RealtimeMetrics;
  log: Logger;
  following: CatchUpOptions;
}

/** The feed is being read; everything up to the first wait happens in this turn. */
export function startSession(
  client: Client,
  { after, epoch }: SocketParameters,
  identity: LogIdentity,
  { settings, metrics, log, following }: SessionOptions,
): void {
  let isLive = false;
  // A live client was told all that the ring has; what the log told it may be further still.
  const position = () => (isLive ? Math.max(client.position, following.ring.tip) : client.position);

  client.write(helloFrame(identity, client.project));
  const reason = whyReset(identity, after, epoch);
  const resumes = after !== undefined && reason === undefined;
  client.position = resumes ? after : identity.position;
  if (reason !== undefined) client.write(resetFrame(identity, reason));
  if (resumes) metrics.catchUps.inc();

  answerMessages(client, settings.maxMessagesPerSecond, position);
  startHeartbeat(client, settings.heartbeatInterval, () => positionFrame(position()));
  catchUp(client, following, () => {
    isLive = true;
    if (resumes) client.write(caughtUpFrame(position()));
  }).catch((error: unknown) => {
    log.error({ err: error }, 'a socket could not be followed');
    client.close('restarting', 'something went wrong on our side: reconnect with after');
  });
}

/** Undefined when the client may go on from where it says it is. */
function whyReset(
  identity: LogIdentity,
  after: number | undefined,
  epoch: string | undefined,
): string | undefined {
  if (epoch !== undefined && epoch !== identity.epoch) return 'the epoch is of another log';
  if (after !== undefined && after > identity.position) return `the log ends at ${identity.position}`;
  return undefined;
}

/** Any text is a ping. Control pings count as messages too: each of them is answered. */
function answerMessages(client: Client, perSecond: number, position: () => number): void {
  const budget = new MessageBudget(perSecond, performance.now());
  const mayGoOn = () => {
    if (budget.take(performance.now())) return true;
    client.close('tooMany', `more than ${perSecond} messages a second`);
    return false;
  };
  client.ws.on('ping', mayGoOn);
  client.ws.on('message', (_data, isBinary) => {
    if (!mayGoOn()) return;
    client.write(isBinary ? errorFrame('not_text', 'send text messages') : pongFrame(position()));
  });
}
